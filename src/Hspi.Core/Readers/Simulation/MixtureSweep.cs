using Hspi.Readers.Lattice;

namespace Hspi.Readers.Simulation;

/// <summary>Measures how often two backends of different precision are seen, and how often one is taken for two.</summary>
public static class MixtureSweep
{
    private const int Answers = 200;

    private static readonly int[] Vocabularies = [512, 4096, 32_000, 150_000];
    private static readonly double[] Temperatures = [0, 0.3, 0.5, 0.7, 0.8, 1, 1.2, 1.5];

    /// <summary>Power and false alarms of the mixture test on 200 answers of one token, as rows of a Markdown table.</summary>
    /// <param name="runs">Endpoints per row.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="cancellationToken">Stops between endpoints.</param>
    public static IEnumerable<string> Rows(int runs, ulong seed, CancellationToken cancellationToken)
    {
        yield return "| alternatives | logits | usual head | rarer head | share | n | alarms | 95 % interval |";
        yield return "|---|---|---|---|---|---|---|---|";
        foreach (var (alternatives, offset, shape) in ((int, bool, LogitShape)[])
            [(20, false, LogitShape.Normal), (20, true, LogitShape.Normal), (5, false, LogitShape.Normal), (5, true, LogitShape.Normal), (20, false, LogitShape.Zipf)])
        {
            foreach (var usual in Enum.GetValues<HeadPrecision>())
            {
                foreach (var (rarer, share) in Rarer(usual))
                {
                    var cell = new Cell(usual, rarer, share, alternatives, offset, shape);
                    var alarms = Count(cell, runs, seed, cancellationToken);
                    var name = share == 0 ? "none" : ReaderSweep.Name(rarer);
                    yield return $"| {alternatives} | {shape.ToString().ToLowerInvariant()}, {(offset ? "offset" : "around 0")} | {ReaderSweep.Name(usual)} | {name} | {ReaderSweep.Percent(share)} | {runs} | {alarms} | {ReaderSweep.Wilson(alarms, runs)} |";
                }
            }
        }
    }

    /// <summary>Whether two backends are seen in 200 one-token answers of one model.</summary>
    internal static bool Seen(Cell cell, ulong seed)
    {
        var reader = new LogitLatticeReader();
        var usual = new SimulatedAnswers(Endpoint(cell, cell.Usual, seed), seed);
        var rarer = new SimulatedAnswers(Endpoint(cell, cell.Rarer, seed), seed + 1);
        var rare = (int)Math.Round(cell.Share * Answers);
        for (var i = 0; i < Answers; i++)
        {
            _ = reader.Add((i < rare ? rarer : usual).Next());
        }

        return reader.Finding().Detail.Mixture.Seen;
    }

    private static IEnumerable<(HeadPrecision Rarer, double Share)> Rarer(HeadPrecision usual) =>
    [
        .. from rarer in Enum.GetValues<HeadPrecision>()
           where rarer != usual
           from share in (double[])[0.3, 0.1, 0.03]
           select (rarer, share),
        (usual, 0),
    ];

    private static int Count(Cell cell, int runs, ulong seed, CancellationToken cancellationToken)
    {
        var alarms = 0;
        Parallel.For(
            0,
            runs,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => 0,
            (run, _, counted) => counted + (Seen(cell, ReaderSweep.Mix(seed, run, (int)cell.Usual, (int)cell.Rarer)) ? 1 : 0),
            counted => Interlocked.Add(ref alarms, counted));
        return alarms;
    }

    private static SimulatedEndpoint Endpoint(Cell cell, HeadPrecision head, ulong seed) => new(
        head, Vocabularies[seed % 4], cell.Alternatives, 1, Temperatures[seed / 4 % 8], false, (LogprobRecipe)(seed / 32 % 4), LogprobPrint.DoubleOfFloat32, cell.Offset)
    {
        Shape = cell.Shape,
    };

    /// <summary>One row's kind of endpoints.</summary>
    /// <param name="Usual">Head of most answers.</param>
    /// <param name="Rarer">Head of the others.</param>
    /// <param name="Share">Share of the others; 0: a single backend.</param>
    /// <param name="Alternatives">Listed per token.</param>
    /// <param name="Offset">Whether logits lie far from 0.</param>
    /// <param name="Shape">How they are spread.</param>
    internal sealed record Cell(HeadPrecision Usual, HeadPrecision Rarer, double Share, int Alternatives, bool Offset, LogitShape Shape);
}
