using Hspi.Answers;

namespace Hspi.Readers.Lattice;

/// <summary>Judges the head of one request from all of its positions, which share one scale: bf16, fp16 or no lattice.</summary>
/// <remarks>
/// Holds its working memory; one instance per thread. Prior: equal heads; plain logprobs (scale 1) 0.8, any other scale 0.2, nearly all
/// of it at the temperatures that people write and the rest spread evenly over the logarithm of the scale within each octave.
/// </remarks>
internal sealed class RequestLattice
{
    // Positions read of one request. More change nothing: sixteen leave no doubt that digits could remove.
    private const int MostPositions = 16;
    private const int MostSearched = 3;
    private const int MostScales = 8;
    private const double LogDecided = 12;

    // A step near the last printed digit fits nearly anything, a little each.
    private const double LogDecidedPerGap = 2;

    // A usual temperature is asked in full from here on.
    private const double LeastScore = 5;

    // A stretched lattice meets a plain one in every third step or so, which looks like proof of it; but then the others miss it.
    private const double LeastFitting = 0.8;

    // One simple fraction such as the temperature 0.8 is met this often among all scales but 1.
    private static readonly double LogRational = Math.Log(0.02);

    // A continuous head makes a position look like a lattice less often than this, but a broken one may: it gets one vote, not all.
    private const double LogMostPerPosition = 60;

    private static readonly double LogPlain = Math.Log(0.8);
    private static readonly double LogStretched = Math.Log(0.2);

    private readonly PositionValues _values = new();
    private readonly PrintedGrid _grid = new();
    private readonly LatticeRow[] _rows = [.. Enumerable.Range(0, MostPositions).Select(_ => new LatticeRow())];
    private readonly LatticeFit _fit = new();
    private readonly ScaleSearch _search = new();
    private readonly ScaleEvidence[,] _evidence = new ScaleEvidence[MostScales + 1, MostPositions];
    private int _bestScale;
    private readonly int[] _factors = new int[LatticeFit.HighestFactor + 1];
    private int _fitting;
    private int _gaps;
    private readonly double[] _best = new double[MostPositions];
    private readonly ScaleEvidence _pooled = new();
    private readonly ScaleEvidence _described = new();
    private readonly List<ScaleCandidate> _scales = new(MostScales);

    /// <summary>Reserves the working memory.</summary>
    public RequestLattice()
    {
        for (var scale = 0; scale <= MostScales; scale++)
        {
            for (var position = 0; position < MostPositions; position++)
            {
                _evidence[scale, position] = new ScaleEvidence();
            }
        }
    }

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

    /// <summary>Evidence of the last request at <see cref="Scale"/>, before any prior of magnitude: what may be added over requests.</summary>
    public ScaleEvidence AtScale => Pool(_bestScale);

    /// <summary>Logarithm of the prior of <see cref="Scale"/>.</summary>
    public double LogScale => _bestScale == 0 ? LogPlain : LogStretched + _scales[_bestScale - 1].LogPrior;

    /// <summary>Whether the last request tells where its logits lie: it has gaps, is printed finely enough, and looks like the top of a vocabulary.</summary>
    public bool TellsItsPlace => DistinctGaps > 0 && !Resolution.IsCoarse && _fit.FitsALaw;

    /// <summary>The positions that were read last.</summary>
    public ReadOnlySpan<LatticeRow> Rows => _rows.AsSpan(0, Positions);

    /// <summary>Judges a request.</summary>
    public HeadLikelihoods Judge(IReadOnlyList<Step> steps)
    {
        Load(steps);
        Scale = 1;
        _bestScale = 0;
        if (DistinctGaps == 0)
        {
            return HeadLikelihoods.None;
        }

        Array.Clear(_factors);
        Lay(0, 1, 0);
        var plain = Pool(0).Average(PlacePrior.LogShares(plain: true));
        var (bf16, fp16) = (plain.Bf16 + LogPlain, plain.Fp16 + LogPlain);
        _scales.Clear();
        if (Math.Max(bf16, fp16) <= Math.Max(LogDecided, LogDecidedPerGap * DistinctGaps) || _fitting < LeastFitting * _gaps)
        {
            CollectScales();
        }
        else if (CommonFactor() is var factor and > 1)
        {
            // bf16 divided by 0.8 is a multiple of 5/4, which 11 bits hold too: a factor that the steps share betrays the scale.
            _scales.Add(UsualTemperatures.Snap(new ScaleCandidate(Math.ScaleB(factor, -Math.ILogB(factor)), 0, 0) { LogPrior = LogRational }));
        }
        else
        {
            return new HeadLikelihoods(bf16, fp16, 0);
        }

        for (var i = 0; i < _scales.Count; i++)
        {
            Lay(i + 1, _scales[i].Scale, _scales[i].Error);
        }

        return Combine();
    }

    /// <summary>All scales together; what is taken off a position must be the same for all of them.</summary>
    private HeadLikelihoods Combine()
    {
        var plain = Pool(0).Average(PlacePrior.LogShares(plain: true));
        var (bf16, fp16) = (plain.Bf16 + LogPlain, plain.Fp16 + LogPlain);
        var best = Math.Max(0, Math.Max(bf16, fp16));
        for (var i = 0; i < _scales.Count; i++)
        {
            var prior = LogStretched + _scales[i].LogPrior;
            var stretched = Pool(i + 1).Average(PlacePrior.LogShares(plain: false));
            (bf16, fp16) = (LogSum.Of(bf16, prior + stretched.Bf16), LogSum.Of(fp16, prior + stretched.Fp16));
            if (prior + Math.Max(stretched.Bf16, stretched.Fp16) > best)
            {
                best = prior + Math.Max(stretched.Bf16, stretched.Fp16);
                Scale = _scales[i].Scale;
                _bestScale = i + 1;
            }
        }

        return new HeadLikelihoods(bf16, fp16, 0);
    }

    /// <summary>One position of the last request, ready to be drawn.</summary>
    public LatticePosition Describe(int position)
    {
        var row = _rows[position];
        _fit.Read(Rows, Scale);
        _fit.Judge(row, Scale, _bestScale == 0 ? 0 : _scales[_bestScale - 1].Error, _described);
        // A step as fine as the digits holds any gap: one that chance explains as well is none to be drawn.
        var (step, fitting) = _fit.LogOnUnit > 0 ? (_fit.Unit, _fit.Fitting.Fitting) : (0, 0);
        return new LatticePosition(row.Gaps[1..].ToArray(), step, fitting);
    }

    private void Load(IReadOnlyList<Step> steps)
    {
        (Positions, DistinctGaps, Sentinels, Duplicates) = (0, 0, 0, 0);
        Resolution = default;
        _grid.Clear();
        for (var i = 0; i < steps.Count; i++)
        {
            _values.Read(steps[i]);
            foreach (var number in _values.Numbers)
            {
                Resolution = Resolution.With(number);
                _grid.Add(number.Value);
            }
        }

        Resolution = Resolution with { Grid = _grid.Found() };

        for (var i = 0; i < steps.Count; i++)
        {
            _values.Read(steps[i]);
            Sentinels += _values.Sentinels;
            Duplicates += _values.Duplicates;
            if (_values.Count >= 2 && Positions < MostPositions)
            {
                _rows[Positions].Read(_values.Numbers, Resolution, _values.LowestIsApart);
                DistinctGaps += _rows[Positions++].DistinctGaps;
            }
        }
    }

    /// <summary>Judges every position at one scale.</summary>
    private void Lay(int index, double scale, double error)
    {
        _fit.Read(Rows, scale);
        for (var i = 0; i < Positions; i++)
        {
            _fit.Judge(_rows[i], scale, error, _evidence[index, i]);
            (_fitting, _gaps) = index > 0 ? (_fitting, _gaps) : i == 0 ? _fit.Fitting : (_fitting + _fit.Fitting.Fitting, _gaps + _fit.Fitting.All);
            _factors[_fit.CommonFactor] += index == 0 ? 1 : 0;
            _best[i] = Math.Max(index == 0 ? 0 : _best[i], _evidence[index, i].Best);
        }
    }

    /// <summary>The factor that most positions share.</summary>
    private double CommonFactor() => Array.IndexOf(_factors, _factors.Max());

    private ScaleEvidence Pool(int index)
    {
        _pooled.Clear();
        for (var i = 0; i < Positions; i++)
        {
            _pooled.Add(_evidence[index, i], Math.Max(0, _best[i] - LogMostPerPosition));
        }

        return _pooled;
    }

    private void CollectScales()
    {
        foreach (var usual in UsualTemperatures.All)
        {
            var score = 0.0;
            for (var i = 0; i < Math.Min(Positions, MostSearched); i++)
            {
                score += LatticeFit.Score(_rows[i], usual.Scale, usual.Error);
            }

            if (score > LeastScore && _scales.Count < MostScales)
            {
                _scales.Add(usual);
            }
        }

        for (var i = 0; i < Math.Min(Positions, MostSearched); i++)
        {
            foreach (var found in _search.Find(_rows[i]))
            {
                var candidate = UsualTemperatures.Snap(found);
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
}
