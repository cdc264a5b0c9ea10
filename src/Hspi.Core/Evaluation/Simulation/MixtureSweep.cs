using Hspi.Probes;
using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

/// <summary>Measures how often two backends of different precision are seen, and how often one is taken for two.</summary>
public static class MixtureSweep
{
    private const int Answers = 200;

    private static readonly int[] Vocabularies = [512, 4096, 32_000, 150_000];
    private static readonly double[] Temperatures = [0, 0.3, 0.5, 0.7, 0.8, 1, 1.2, 1.5];
    private static readonly Head[] Precisions = [.. HeadText.Known];
    private static readonly double[] Shares = [0.3, 0.1, 0.03];
    private static readonly Kind[] Kinds =
    [
        .. from alternatives in (int[])[20, 5]
           from shape in (LogitShape[])[LogitShape.Normal, LogitShape.Zipf]
           from offset in (bool[])[false, true]
           select new Kind(alternatives, offset, shape),
        new(5, false, LogitShape.Student),
    ];

    /// <summary>Power and false alarms of the mixture test on 200 answers of one token, as rows of a Markdown table.</summary>
    /// <remarks>An endpoint's 200 answers of each precision are drawn and judged once; every row mixes the same ones.</remarks>
    /// <param name="runs">Endpoints per row.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="cancellationToken">Stops between endpoints.</param>
    public static IEnumerable<string> Rows(int runs, ulong seed, CancellationToken cancellationToken)
    {
        yield return "| alternatives | logits | usual head | rarer head | share | n | alarms | 95 % interval |";
        yield return "|---|---|---|---|---|---|---|---|";
        foreach (var kind in Kinds)
        {
            foreach (var (mix, alarms) in Count(kind, runs, seed, cancellationToken))
            {
                var rarer = mix.Share == 0 ? "none" : mix.Rarer.Word();
                yield return $"| {kind.Alternatives} | {kind.Shape.ToString().ToLowerInvariant()}, {(kind.Offset ? "offset" : "around 0")} | {mix.Usual.Word()} | {rarer} | {ReaderSweep.Percent(mix.Share)} | {runs} | {alarms} | {ReaderSweep.Wilson(alarms, runs)} |";
            }
        }
    }

    /// <summary>Whether two backends are seen in 200 one-token answers of one model.</summary>
    internal static bool Seen(Kind kind, Mix mix, ulong seed) =>
        Seen(Judge(kind, mix.Usual, seed), Judge(kind, mix.Rarer, seed), mix.Share);

    private static IEnumerable<(Mix Mix, int Alarms)> Count(Kind kind, int runs, ulong seed, CancellationToken cancellationToken)
    {
        Mix[] mixes =
        [
            .. from usual in Precisions
               from mix in (Mix[])[.. from rarer in Precisions where rarer != usual from share in Shares select new Mix(usual, rarer, share), new Mix(usual, usual, 0)]
               select mix,
        ];
        var alarms = new int[mixes.Length];
        Parallel.For(0, runs, new ParallelOptions { CancellationToken = cancellationToken }, run =>
        {
            var start = ReaderSweep.Mix(seed, run, kind.Alternatives, (int)kind.Shape);
            Judged?[][] answers = [.. Precisions.Select(head => Judge(kind, head, start))];
            for (var i = 0; i < mixes.Length; i++)
            {
                if (Seen(answers[(int)mixes[i].Usual], answers[(int)mixes[i].Rarer], mixes[i].Share))
                {
                    Interlocked.Increment(ref alarms[i]);
                }
            }
        });
        return mixes.Zip(alarms);
    }

    private static bool Seen(Judged?[] usual, Judged?[] rarer, double share)
    {
        var mixture = new PrecisionMixture();
        var rare = (int)Math.Round(share * Answers);
        for (var i = 0; i < Answers; i++)
        {
            if ((i < rare ? rarer : usual)[i] is { } readable)
            {
                mixture.Add(readable.Evidence, readable.LogScale);
            }
        }

        return mixture.Finding().Seen;
    }

    /// <summary>What each of 200 answers says; null where nothing can be read.</summary>
    private static Judged?[] Judge(Kind kind, Head head, ulong seed)
    {
        var answers = new SimulatedAnswers(Endpoint(kind, head, seed), seed + (ulong)head);
        var lattice = new RequestLattice();
        var judged = new Judged?[Answers];
        for (var i = 0; i < Answers; i++)
        {
            _ = lattice.Judge(answers.Next());
            judged[i] = lattice.TellsItsPlace ? new Judged(lattice.AtScale.Copy(), lattice.LogScale) : null;
        }

        return judged;
    }

    /// <summary>All backends of one endpoint serve one model: the same vocabulary and mean.</summary>
    private static SimulatedEndpoint Endpoint(Kind kind, Head head, ulong seed)
    {
        var random = new SeededNormal(seed);
        var mean = kind.Offset ? SimulatedLogits.DrawOffset(ref random) : random.NextNormal();
        return new SimulatedEndpoint(
            head, Vocabularies[seed % 4], kind.Alternatives, 1, Temperatures[seed / 4 % 8], false, (LogprobRecipe)(seed / 32 % 4), LogprobPrint.DoubleOfFloat32, kind.Offset)
        {
            Shape = kind.Shape,
            Mean = mean,
        };
    }

    private sealed record Judged(ScaleEvidence Evidence, double LogScale);

    /// <summary>What endpoints of a group of rows have in common.</summary>
    internal sealed record Kind(int Alternatives, bool Offset, LogitShape Shape);

    /// <summary>One row's mixture; share 0: a single backend.</summary>
    internal sealed record Mix(Head Usual, Head Rarer, double Share);
}
