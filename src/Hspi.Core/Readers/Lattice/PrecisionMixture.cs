namespace Hspi.Readers.Lattice;

/// <summary>Several backends behind one address: what two precisions explain better than one.</summary>
/// <param name="Seen">Whether two are seen. How often one is taken for two is in docs/readers-measured.md: below 1 % for every law of logits that was tried.</param>
/// <param name="First">The usual precision; of no meaning without requests.</param>
/// <param name="Second">The rarer one; unknown unless seen.</param>
/// <param name="Share">Share of requests of the rarer one, 0 to 0.5.</param>
/// <param name="LogRatio">Logarithm of the likelihood of two over one, each at its best.</param>
/// <param name="Requests">Requests that it rests on.</param>
public sealed record MixtureFinding(bool Seen, Head First, Head Second, double Share, double LogRatio, long Requests);

/// <summary>Looks for a mixture of two precisions over requests, in constant memory.</summary>
/// <remarks>
/// Two backends of one model have the same logits but for their rounding, so both are asked under the same hypothesis of where those lie:
/// a model whose size is not the usual one would otherwise read as one precision here and as the other there.
/// Under each hypothesis a request says two things: how well the hypothesis fits, and which precision. Each is floored at
/// <see cref="Floor"/> by itself and kept as a count in a grid of quarter nats: were there one floor for both, a request that the right
/// hypothesis fits badly could not say its precision. The floor is the share of requests that any reader misreads.
/// Statistic: max over hypotheses, pairs and share w of Σ ln((1−w) L₁ + w L₂), less the same with one precision.
/// </remarks>
internal sealed class PrecisionMixture
{
    private const double Grid = 0.25;
    private const double Floor = -6;
    private const int Rounds = 40;

    // Of 200 requests 4 that are clearly of another precision pass, and 3 do not. False alarms are measured in docs/readers-measured.md.
    private const double LeastLogRatio = 3.5;

    // Where logits lie far below 0 the listed ones lie around it, in many binades. Under a law with a heavier top than was expected some requests
    // of one bf16 backend then look like fp16, so more is asked: between these two formats 6 and not 3.5.
    private const double LeastLogRatioFarBelow = 6;
    private const int FarBelow = -4;

    // Of few requests one or two alone say more than that. They may against fp32, which is hardly ever misread, and not between the
    // 16-bit formats, which look alike where logits lie far from 0.
    private const double FewestOf16Bits = 3;
    private static readonly (int First, int Second)[] Pairs = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];

    private readonly Dictionary<(int, int, int), long>[] _counts = [.. Enumerable.Range(0, ScaleEvidence.Columns).Select(_ => new Dictionary<(int, int, int), long>())];

    /// <summary>Requests added.</summary>
    public long Requests { get; private set; }

    /// <summary>Adds one request whose place can be told (<see cref="RequestLattice.TellsItsPlace"/>).</summary>
    /// <param name="request">Its evidence for a bf16 and an fp16 head.</param>
    /// <param name="logScale">Logarithm of the prior of the scale at which it was read.</param>
    public void Add(ScaleEvidence request, double logScale)
    {
        var highest = Math.Max(request.Best + logScale, 0);
        for (var column = 0; column < _counts.Length; column++)
        {
            var (bf16, fp16) = (request.Bf16[column] + logScale, request.Fp16[column] + logScale);
            var best = Math.Max(0, Math.Max(bf16, fp16));
            var fit = Cell(best - highest);
            var cell = (fit + Cell(bf16 - best), fit + Cell(fp16 - best), fit + Cell(-best));
            _counts[column][cell] = _counts[column].GetValueOrDefault(cell) + 1;
        }

        Requests++;
    }

    /// <summary>What all requests say.</summary>
    public MixtureFinding Finding()
    {
        if (Requests == 0)
        {
            return new MixtureFinding(false, Head.Unknown, Head.Unknown, 0, 0, 0);
        }

        var columns = _counts.Select(counts => new Column(counts)).ToList();
        var single = Enumerable.Range(0, HeadText.Known.Count).Select(one => columns.Max(column => column.Log(one))).ToArray();
        var best = (LogRatio: 0.0, First: 0, Second: 0, Share: 0.0);
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            var isFarBelow = PlacePrior.MeanOf(i) <= FarBelow;
            foreach (var (first, second) in Pairs)
            {
                var least = isFarBelow && (first, second) == (0, 1) ? LeastLogRatioFarBelow : LeastLogRatio;
                if (column.Most(first, second) - single.Max() < Math.Max(least, best.LogRatio))
                {
                    continue;
                }

                var share = column.BestShare(first, second);
                var found = column.Log(first, second, share) - single.Max();
                var enough = found >= least && share * Requests >= (first < 2 && second < 2 ? FewestOf16Bits : 0);
                best = enough && found > best.LogRatio ? (found, first, second, share) : best;
            }
        }

        var seen = best.LogRatio > 0 && Requests >= 2;
        return new MixtureFinding(
            seen, seen ? HeadText.Known[best.First] : HeadText.Known[Array.IndexOf(single, single.Max())], seen ? HeadText.Known[best.Second] : Head.Unknown, seen ? best.Share : 0, best.LogRatio, Requests);
    }

    private static int Cell(double logLikelihood) => (int)Math.Round(Math.Max(Floor, logLikelihood) / Grid);

    /// <summary>All requests under one hypothesis of where logits lie.</summary>
    private sealed class Column(Dictionary<(int, int, int), long> counts)
    {
        private readonly (int[] Steps, long Count)[] _cells =
            [.. counts.Select(pair => ((int[])[pair.Key.Item1, pair.Key.Item2, pair.Key.Item3], pair.Value))];

        // In order, so that sums of doubles do not depend on the order of requests; few columns come that far.
        private readonly Lazy<(double[] Likelihoods, long Count)[]> _likelihoods = new(() =>
        [
            .. from pair in counts
               orderby pair.Key
               select ((double[])[Math.Exp(Grid * pair.Key.Item1), Math.Exp(Grid * pair.Key.Item2), Math.Exp(Grid * pair.Key.Item3)], pair.Value),
        ]);

        /// <summary>Log-likelihood of one precision.</summary>
        public double Log(int precision)
        {
            var steps = 0L;
            foreach (var (cell, count) in _cells)
            {
                steps += count * cell[precision];
            }

            return Grid * steps;
        }

        /// <summary>Log-likelihood of a mixture.</summary>
        public double Log(int first, int second, double share)
        {
            var sum = 0.0;
            foreach (var (likelihoods, count) in _likelihoods.Value)
            {
                sum += count * Math.Log(((1 - share) * likelihoods[first]) + (share * likelihoods[second]));
            }

            return sum;
        }

        /// <summary>What no share can exceed.</summary>
        public double Most(int first, int second)
        {
            var steps = 0L;
            foreach (var (cell, count) in _cells)
            {
                steps += count * Math.Max(cell[first], cell[second]);
            }

            return Grid * steps;
        }

        /// <summary>Expectation maximisation for the share of the rarer one, at most a half.</summary>
        public double BestShare(int first, int second)
        {
            var total = (double)counts.Values.Sum();
            var share = 0.25;
            for (var round = 0; round < Rounds; round++)
            {
                var sum = 0.0;
                foreach (var (likelihoods, count) in _likelihoods.Value)
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
