using Hspi.Answers;

namespace Hspi.Readers.Lattice;

/// <summary>Judges the head of one request from all of its positions, which share one scale: bf16, fp16 or no lattice.</summary>
/// <remarks>
/// Holds its working memory; one instance per thread. Prior: equal heads; plain logprobs (scale 1) 0.8, any other scale 0.2,
/// spread evenly over the logarithm of the scale within each octave.
/// </remarks>
internal sealed class RequestLattice
{
    // Positions read of one request. More change nothing: sixteen leave no doubt that digits could remove.
    private const int MostPositions = 16;
    private const int MostSearched = 3;
    private const int MostScales = 8;
    private const double LogDecided = 12;

    private static readonly double LogPlain = Math.Log(0.8);
    private static readonly double LogStretched = Math.Log(0.2);

    // Power-of-two scales beside 1: temperatures ½ and 2, and the logit scales ¼, 1/8, 1/16 of some models.
    private static readonly double[] PlainOctaves = Logs([0.01, 0.01, 0.01, 0.03, 0.87, 0.04, 0.02, 0.005, 0.005]);

    private readonly PositionValues _values = new();
    private readonly LatticeRow[] _rows = [.. Enumerable.Range(0, MostPositions).Select(_ => new LatticeRow())];
    private readonly LatticeFit _fit = new();
    private readonly ScaleSearch _search = new();
    private readonly ScaleEvidence _position = new();
    private readonly ScaleEvidence _pooled = new();
    private readonly List<ScaleCandidate> _scales = new(MostScales);
    private readonly double[] _octaves = new double[ScaleEvidence.Octaves];
    private double _lastScale;

    /// <summary>Positions of the last request with at least two values.</summary>
    public int Positions { get; private set; }

    /// <summary>Their gaps that are neither zero nor repeated.</summary>
    public int DistinctGaps { get; private set; }

    /// <summary>How finely the last request is printed.</summary>
    public PrintResolution Resolution { get; private set; }

    /// <summary>Sentinels that the last request held.</summary>
    public int Sentinels { get; private set; }

    /// <summary>Duplicates that the last request held.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Scale that explains the last request best: 1 for plain logprobs, otherwise s₀ in [1, 2), up to a power of two.</summary>
    public double Scale { get; private set; } = 1;

    /// <summary>The positions that were read last.</summary>
    public ReadOnlySpan<LatticeRow> Rows => _rows.AsSpan(0, Positions);

    /// <summary>Judges a request.</summary>
    public HeadLikelihoods Judge(IReadOnlyList<Step> steps)
    {
        Load(steps);
        Scale = 1;
        var fp32 = 0.0;
        foreach (var row in Rows)
        {
            fp32 += row.LogTies;
        }

        if (DistinctGaps == 0)
        {
            return HeadLikelihoods.None;
        }

        var (bf16, fp16) = Pool(1, 0).Average(PlainOctaves);
        (bf16, fp16) = (bf16 + LogPlain, fp16 + LogPlain);
        if (Math.Max(bf16, fp16) > fp32 + LogDecided)
        {
            return new HeadLikelihoods(bf16, fp16, fp32);
        }

        var best = Math.Max(bf16, fp16);
        CollectScales();
        foreach (var candidate in _scales)
        {
            // Uniform over ln s within the octave: the scale was met with probability error/ln 2.
            var prior = LogStretched + Math.Log(2 * candidate.Error / Math.Log(2));
            var stretched = Pool(candidate.Scale, candidate.Error).Average(StretchedOctaves(candidate.Scale));
            (bf16, fp16) = (LogSum.Of(bf16, prior + stretched.Bf16), LogSum.Of(fp16, prior + stretched.Fp16));
            if (prior + Math.Max(stretched.Bf16, stretched.Fp16) > Math.Max(best, fp32))
            {
                best = prior + Math.Max(stretched.Bf16, stretched.Fp16);
                Scale = candidate.Scale;
            }
        }

        return new HeadLikelihoods(bf16, fp16, fp32);
    }

    private void Load(IReadOnlyList<Step> steps)
    {
        (Positions, DistinctGaps, Sentinels, Duplicates) = (0, 0, 0, 0);
        Resolution = default;
        for (var i = 0; i < steps.Count; i++)
        {
            _values.Read(steps[i]);
            foreach (var number in _values.Numbers)
            {
                Resolution = Resolution.With(number);
            }
        }

        for (var i = 0; i < steps.Count; i++)
        {
            _values.Read(steps[i]);
            Sentinels += _values.Sentinels;
            Duplicates += _values.Duplicates;
            if (_values.Count >= 2 && Positions < MostPositions)
            {
                _rows[Positions].Read(_values.Numbers, Resolution);
                DistinctGaps += _rows[Positions++].DistinctGaps;
            }
        }
    }

    private ScaleEvidence Pool(double scale, double error)
    {
        _pooled.Clear();
        foreach (var row in Rows)
        {
            _fit.Judge(row, scale, error, _position);
            _pooled.Add(_position);
        }

        return _pooled;
    }

    private void CollectScales()
    {
        _scales.Clear();
        for (var i = 0; i < Math.Min(Positions, MostSearched); i++)
        {
            foreach (var candidate in _search.Find(_rows[i]))
            {
                if (_scales.Count < MostScales && !Known(candidate))
                {
                    _scales.Add(candidate);
                }
            }
        }
    }

    private bool Known(ScaleCandidate candidate)
    {
        foreach (var other in _scales)
        {
            if (Math.Abs(other.Scale - candidate.Scale) < 4 * (other.Error + candidate.Error))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Prior of the octave: temperatures from 0.2 to 2 are usual, others are seen.</summary>
    private double[] StretchedOctaves(double scale)
    {
        if (scale == _lastScale)
        {
            return _octaves;
        }

        var sum = 0.0;
        for (var j = 0; j < ScaleEvidence.Octaves; j++)
        {
            var temperature = 1 / Math.ScaleB(scale, j - ScaleEvidence.Centre);
            _octaves[j] = temperature is >= 0.2 and <= 2 ? 1 : temperature is >= 0.08 and <= 4 ? 0.1 : 0.01;
            sum += _octaves[j];
        }

        for (var j = 0; j < ScaleEvidence.Octaves; j++)
        {
            _octaves[j] = Math.Log(_octaves[j] / sum);
        }

        _lastScale = scale;
        return _octaves;
    }

    private static double[] Logs(double[] weights) => [.. weights.Select(weight => Math.Log(weight))];
}
