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
/// Two backends of one model have the same logits but for their rounding, so both are asked under the same hypothesis of where those lie:
/// a model whose size is not the usual one would otherwise read as one precision here and as the other there.
/// Each request's likelihoods, relative to its best, are kept as a count in a grid of quarter nats down to <see cref="Floor"/>.
/// The floor is the share of requests that any reader misreads: one request cannot raise the alarm.
/// Statistic: max over hypotheses, pairs and share w of Σ ln((1−w) L₁ + w L₂), less the same with one precision.
/// </remarks>
internal sealed class PrecisionMixture
{
    private const double Floor = -7.5;
    private const double Grid = 0.25;
    private const int Rounds = 40;

    // Against fp32, two clear requests in two hundred pass and one does not. The two 16-bit formats are alike where the size of the
    // logits is not the assumed one, so more is asked. False alarms are measured in RESULTS.md.
    private const double LeastLogRatio = 4;
    private const double LeastBetween16Bits = 8;
    private static readonly string[] Names = ["bf16", "fp16", "fp32"];
    private static readonly (int First, int Second)[] Pairs = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];

    private readonly Dictionary<(int, int, int), long>[] _counts = [.. Enumerable.Range(0, ScaleEvidence.Columns).Select(_ => new Dictionary<(int, int, int), long>())];

    /// <summary>Requests added.</summary>
    public long Requests { get; private set; }

    /// <summary>Adds one request.</summary>
    /// <param name="request">Its evidence for a bf16 and an fp16 head.</param>
    /// <param name="logScale">Logarithm of the prior of the scale at which it was read.</param>
    public void Add(ScaleEvidence request, double logScale)
    {
        var highest = Math.Max(request.Best + logScale, 0);
        var fp32 = Cell(-highest);
        for (var column = 0; column < _counts.Length; column++)
        {
            var cell = (Cell(request.Bf16[column] + logScale - highest), Cell(request.Fp16[column] + logScale - highest), fp32);
            _counts[column][cell] = _counts[column].GetValueOrDefault(cell) + 1;
        }

        Requests++;
    }

    /// <summary>What all requests say.</summary>
    public MixtureFinding Finding()
    {
        if (Requests == 0)
        {
            return new MixtureFinding(false, "", "", 0, 0, 0);
        }

        var columns = _counts.Select(counts => new Column(counts)).ToList();
        var single = Enumerable.Range(0, 3).Select(one => columns.Max(column => column.Log(one, one, 0))).ToArray();
        var best = (LogRatio: 0.0, First: 0, Second: 0, Share: 0.0);
        foreach (var column in columns)
        {
            foreach (var (first, second) in Pairs)
            {
                var least = first < 2 && second < 2 ? LeastBetween16Bits : LeastLogRatio;
                if (column.Most(first, second) - single.Max() < Math.Max(least, best.LogRatio))
                {
                    continue;
                }

                var share = column.BestShare(first, second);
                var found = column.Log(first, second, share) - single.Max();
                best = found >= least && found > best.LogRatio ? (found, first, second, share) : best;
            }
        }

        var seen = best.LogRatio > 0 && Requests >= 2;
        return new MixtureFinding(
            seen, seen ? Names[best.First] : Names[Array.IndexOf(single, single.Max())], seen ? Names[best.Second] : "", seen ? best.Share : 0, best.LogRatio, Requests);
    }

    private static int Cell(double logLikelihood) => (int)Math.Round(Math.Max(Floor, logLikelihood) / Grid);

    /// <summary>All requests under one hypothesis of where logits lie.</summary>
    private sealed class Column(Dictionary<(int, int, int), long> counts)
    {
        private readonly (double[] Likelihoods, long Count)[] _cells =
        [
            .. counts.OrderBy(pair => pair.Key).Select(pair => (
                (double[])[Math.Exp(Grid * pair.Key.Item1), Math.Exp(Grid * pair.Key.Item2), Math.Exp(Grid * pair.Key.Item3)], pair.Value)),
        ];

        /// <summary>Log-likelihood of a mixture.</summary>
        public double Log(int first, int second, double share)
        {
            var sum = 0.0;
            foreach (var (likelihoods, count) in _cells)
            {
                sum += count * Math.Log(((1 - share) * likelihoods[first]) + (share * likelihoods[second]));
            }

            return sum;
        }

        /// <summary>What no share can exceed.</summary>
        public double Most(int first, int second)
        {
            var sum = 0.0;
            foreach (var (likelihoods, count) in _cells)
            {
                sum += count * Math.Log(Math.Max(likelihoods[first], likelihoods[second]));
            }

            return sum;
        }

        /// <summary>Expectation maximisation for the share of the rarer one, at most a half.</summary>
        public double BestShare(int first, int second)
        {
            var total = (double)_cells.Sum(cell => cell.Count);
            var share = 0.25;
            for (var round = 0; round < Rounds; round++)
            {
                var sum = 0.0;
                foreach (var (likelihoods, count) in _cells)
                {
                    var rare = share * likelihoods[second];
                    sum += count * rare / (rare + ((1 - share) * likelihoods[first]));
                }

                share = Math.Min(0.5, sum / total);
            }

            return share;
        }
    }
}
