namespace Hspi.Readers.Lattice;

/// <summary>Several backends behind one address: what two precisions explain better than one.</summary>
/// <param name="Seen">Whether two are seen, at a rate of false alarms below 1 %.</param>
/// <param name="First">The usual precision; empty without requests.</param>
/// <param name="Second">The rarer one; empty unless seen.</param>
/// <param name="Share">Share of requests of the rarer one, 0 to 0.5.</param>
/// <param name="LogRatio">Logarithm of the likelihood of two over one, each at its best.</param>
/// <param name="Requests">Requests that it rests on.</param>
public sealed record MixtureFinding(bool Seen, string First, string Second, double Share, double LogRatio, long Requests);

/// <summary>Looks for a mixture of two precisions over requests, in constant memory.</summary>
/// <remarks>
/// Each request's three likelihoods, relative to its best, are kept as a count in a grid of quarter nats down to <see cref="Floor"/>.
/// The floor is the share of requests that any reader misreads: one request cannot raise the alarm.
/// Statistic: max over pairs and share w of Σ ln((1−w) L₁ + w L₂), less the same with one precision.
/// </remarks>
internal sealed class PrecisionMixture
{
    private const double Floor = -7.5;
    private const double Grid = 0.25;

    // Two clear requests in two hundred pass, one does not; false alarms are measured in RESULTS.md.
    private const double LeastLogRatio = 4;
    private static readonly string[] Names = ["bf16", "fp16", "fp32"];

    private readonly Dictionary<(int, int, int), long> _counts = [];

    /// <summary>Requests added.</summary>
    public long Requests { get; private set; }

    /// <summary>Adds one request.</summary>
    public void Add(HeadLikelihoods request)
    {
        var highest = Math.Max(request.Bf16, Math.Max(request.Fp16, request.Fp32));
        var cell = (Cell(request.Bf16 - highest), Cell(request.Fp16 - highest), Cell(request.Fp32 - highest));
        _counts[cell] = _counts.GetValueOrDefault(cell) + 1;
        Requests++;
    }

    /// <summary>What all requests say.</summary>
    public MixtureFinding Finding()
    {
        if (Requests == 0)
        {
            return new MixtureFinding(false, "", "", 0, 0, 0);
        }

        var best = (LogRatio: double.NegativeInfinity, First: 0, Second: 0, Share: 0.0);
        var single = Enumerable.Range(0, 3).Select(one => Log(one, one, 0)).ToArray();
        foreach (var (first, second) in ((int, int)[])[(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)])
        {
            var share = BestShare(first, second);
            var found = Log(first, second, share) - single.Max();
            best = found > best.LogRatio ? (found, first, second, share) : best;
        }

        var seen = best.LogRatio >= LeastLogRatio && Requests >= 2;
        return new MixtureFinding(
            seen, seen ? Names[best.First] : Names[Array.IndexOf(single, single.Max())], seen ? Names[best.Second] : "", seen ? best.Share : 0, Math.Max(0, best.LogRatio), Requests);
    }

    /// <summary>Expectation maximisation for the share of the rarer one, at most a half.</summary>
    private double BestShare(int first, int second)
    {
        var share = 0.25;
        for (var round = 0; round < 60; round++)
        {
            var sum = 0.0;
            foreach (var (cell, count) in _counts)
            {
                var rare = share * Likelihood(cell, second);
                sum += count * rare / (rare + ((1 - share) * Likelihood(cell, first)));
            }

            share = Math.Min(0.5, sum / Requests);
        }

        return share;
    }

    private double Log(int first, int second, double share) => _counts.Sum(pair =>
        pair.Value * Math.Log(((1 - share) * Likelihood(pair.Key, first)) + (share * Likelihood(pair.Key, second))));

    private static int Cell(double logLikelihood) => (int)Math.Round(Math.Max(Floor, logLikelihood) / Grid);

    private static double Likelihood((int, int, int) cell, int which) =>
        Math.Exp(Grid * (which switch { 0 => cell.Item1, 1 => cell.Item2, _ => cell.Item3 }));
}
