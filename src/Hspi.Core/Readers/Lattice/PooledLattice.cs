namespace Hspi.Readers.Lattice;

/// <summary>Adds up requests: those of one scale share one place of the model's logits, whose prior is paid once and not per request.</summary>
/// <remarks>Constant memory: a handful of scales; what does not fit into one of them is left out and counted.</remarks>
internal sealed class PooledLattice
{
    private const int MostScales = 8;
    private const double SameScale = 1e-4;

    private readonly List<Cluster> _clusters = new(MostScales);

    /// <summary>Requests that were left out because too many scales were met.</summary>
    public long LeftOut { get; private set; }

    /// <summary>The scale that most requests have; 1 before any.</summary>
    public double UsualScale => _clusters.Count == 0 ? 1 : _clusters.MaxBy(cluster => cluster.Requests)!.Scale;

    /// <summary>Adds the request that was judged last.</summary>
    public void Add(RequestLattice request)
    {
        var cluster = _clusters.Find(other => Math.Abs(other.Scale - request.Scale) < SameScale);
        if (cluster is null)
        {
            if (_clusters.Count == MostScales)
            {
                LeftOut++;
                return;
            }

            _clusters.Add(cluster = new Cluster(request.Scale, request.Scale == 1 ? 0 : request.LogScale));
        }

        cluster.Requests++;
        cluster.Evidence.Add(request.AtScale);
    }

    /// <summary>All requests together.</summary>
    public HeadLikelihoods Likelihoods()
    {
        var (bf16, fp16) = (0.0, 0.0);
        foreach (var cluster in _clusters)
        {
            var evidence = cluster.Evidence.Average(PlacePrior.LogShares(cluster.Scale == 1));
            (bf16, fp16) = (bf16 + evidence.Bf16 + cluster.LogPrior, fp16 + evidence.Fp16 + cluster.LogPrior);
        }

        return new HeadLikelihoods(bf16, fp16, 0);
    }

    private sealed class Cluster(double scale, double logPrior)
    {
        public double Scale { get; } = scale;

        /// <summary>A scale was chosen to fit; that is paid once.</summary>
        public double LogPrior { get; } = logPrior;

        public ScaleEvidence Evidence { get; } = new();

        public long Requests { get; set; }
    }
}
