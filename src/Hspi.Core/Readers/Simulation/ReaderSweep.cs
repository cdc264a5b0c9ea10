using System.Globalization;
using Hspi.Readers.Lattice;

namespace Hspi.Readers.Simulation;

/// <summary>Measures the lattice reader on simulated answers whose head is known. Every line is one row of a Markdown table.</summary>
public static class ReaderSweep
{
    private static readonly int[] Vocabularies = [512, 4096, 32_000, 150_000];
    private static readonly double[] Temperatures = [0, 0.3, 0.5, 0.7, 0.8, 1, 1.2, 1.5];

    /// <summary>How often each head is named, by alternatives, tokens, print and stretch.</summary>
    /// <param name="answers">Answers per row.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="cancellationToken">Stops between answers.</param>
    public static IEnumerable<string> Heads(int answers, ulong seed, CancellationToken cancellationToken)
    {
        yield return "| alternatives | tokens | logits | numbers | head | n | right | 95 % interval | unknown | wrong name |";
        yield return "|---|---|---|---|---|---|---|---|---|---|";
        foreach (var (alternatives, tokens) in ((int, int)[])[(20, 8), (20, 1), (5, 8), (5, 1)])
        {
            foreach (var (offset, processed) in ((bool, bool)[])[(false, false), (false, true), (true, false)])
            {
                foreach (var head in Enum.GetValues<HeadPrecision>())
                {
                    yield return Row(new Cell(alternatives, tokens, offset, processed, Coarse: false, head), answers, seed, cancellationToken);
                }
            }
        }

        foreach (var head in Enum.GetValues<HeadPrecision>())
        {
            yield return Row(new Cell(20, 1, Offset: false, Processed: false, Coarse: true, head), answers, seed, cancellationToken);
        }
    }

    /// <summary>Power and false alarms of the mixture test on 200 answers of one token.</summary>
    /// <param name="runs">Endpoints per row.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="cancellationToken">Stops between endpoints.</param>
    public static IEnumerable<string> Mixtures(int runs, ulong seed, CancellationToken cancellationToken)
    {
        yield return "| alternatives | usual head | rarer head | share | n | alarms | 95 % interval |";
        yield return "|---|---|---|---|---|---|---|";
        foreach (var (first, second) in ((HeadPrecision, HeadPrecision)[])
            [(HeadPrecision.Bf16, HeadPrecision.Fp16), (HeadPrecision.Bf16, HeadPrecision.Fp32), (HeadPrecision.Fp32, HeadPrecision.Bf16)])
        {
            foreach (var share in (double[])[0.3, 0.1, 0.03, 0])
            {
                var alarms = 0;
                for (var run = 0; run < runs; run++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    alarms += MixtureSeen(first, second, share, Mix(seed, run, (int)first, (int)second)) ? 1 : 0;
                }

                yield return $"| 20 | {Name(first)} | {(share == 0 ? "none" : Name(second))} | {Percent(share)} | {runs} | {alarms} | {Wilson(alarms, runs)} |";
            }
        }
    }

    /// <summary>Whether two backends are seen in 200 one-token answers of one model.</summary>
    internal static bool MixtureSeen(HeadPrecision first, HeadPrecision second, double share, ulong seed)
    {
        const int Answers = 200;
        var reader = new LogitLatticeReader();
        var usual = new SimulatedAnswers(Endpoint(first, seed), seed);
        var rarer = new SimulatedAnswers(Endpoint(second, seed), seed + 1);
        var rare = (int)Math.Round(share * Answers);
        for (var i = 0; i < Answers; i++)
        {
            _ = reader.Add((i < rare ? rarer : usual).Next());
        }

        return reader.Finding().Detail.Mixture.Seen;
    }

    /// <summary>Names of <paramref name="answers"/> simulated answers: right, unknown, wrong.</summary>
    internal static (int Right, int Unknown, int Wrong) Count(Cell cell, int answers, ulong seed, CancellationToken cancellationToken)
    {
        var (right, unknown) = (0, 0);
        for (var i = 0; i < answers; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var temperature = Temperatures[cell.Processed ? 1 + (i % (Temperatures.Length - 1)) : i % Temperatures.Length];
            var print = cell.Coarse ? (LogprobPrint)(3 + (i % 2)) : (LogprobPrint)(i / 4 % 3);
            var endpoint = new SimulatedEndpoint(
                cell.Head, Vocabularies[i / 3 % Vocabularies.Length], cell.Alternatives, cell.Tokens, temperature, cell.Processed, (LogprobRecipe)(i % 4), print, cell.Offset);
            var (head, _) = new LogitLatticeReader().Add(new SimulatedAnswers(endpoint, Mix(seed, i, (int)cell.Head, cell.Tokens)).Next());
            right += head == Name(cell.Head) ? 1 : 0;
            unknown += head == "unknown" ? 1 : 0;
        }

        return (right, unknown, answers - right - unknown);
    }

    private static string Row(Cell cell, int answers, ulong seed, CancellationToken cancellationToken)
    {
        var (right, unknown, wrong) = Count(cell, answers, seed, cancellationToken);
        var logits = cell.Offset ? "offset" : "around 0";
        var numbers = cell.Coarse ? "4 digits" : cell.Processed ? "divided by temperature" : "plain";
        return $"| {cell.Alternatives} | {cell.Tokens} | {logits} | {numbers} | {Name(cell.Head)} | {answers} | {Percent((double)right / answers)} | {Wilson(right, answers)} | {unknown} | {wrong} |";
    }

    private static SimulatedEndpoint Endpoint(HeadPrecision head, ulong seed) => new(
        head, Vocabularies[seed % 4], 20, 1, Temperatures[seed / 4 % 8], false, (LogprobRecipe)(seed / 32 % 4), LogprobPrint.DoubleOfFloat32, false);

    private static ulong Mix(ulong seed, int index, int first, int second) =>
        (seed * 1_000_003) + ((ulong)index * 7919) + ((ulong)first * 104_729) + ((ulong)second * 15_485_863);

    private static string Name(HeadPrecision head) => head switch
    {
        HeadPrecision.Bf16 => "bf16",
        HeadPrecision.Fp16 => "fp16",
        HeadPrecision.Fp32 => "fp32",
        _ => throw new InvalidOperationException($"The head {head} has no name."),
    };

    /// <summary>Wilson's interval for a share.</summary>
    private static string Wilson(int hits, int n)
    {
        const double Z = 1.96;
        var share = (double)hits / n;
        var centre = share + (Z * Z / (2 * n));
        var half = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4.0 * n * n)));
        var whole = 1 + (Z * Z / n);
        return $"{Percent((centre - half) / whole)} – {Percent((centre + half) / whole)}";
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    /// <summary>One row's kind of answers.</summary>
    internal sealed record Cell(int Alternatives, int Tokens, bool Offset, bool Processed, bool Coarse, HeadPrecision Head);
}
