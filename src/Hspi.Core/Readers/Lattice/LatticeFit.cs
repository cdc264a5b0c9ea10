namespace Hspi.Readers.Lattice;

/// <summary>Lays a lattice of a given scale under the gaps of one position, and judges it.</summary>
/// <remarks>Holds its working memory; one instance per thread.</remarks>
internal sealed class LatticeFit
{
    // Coarsest and finest spacing tried, as exponents of two, in logits: 8, and an fp16 logit near 2^-6.
    private const int CoarsestLevel = -3;
    private const int FinestLevel = 17;

    // A unit smaller than this many half-widths fits anything.
    private const double LeastUnit = 4;

    /// <summary>Highest <see cref="CommonFactor"/> that is looked for.</summary>
    public const int HighestFactor = 15;

    private readonly PlaceSums _bf16 = new();
    private readonly PlaceSums _fp16 = new();
    private readonly SpreadPrior _spread = new();
    private readonly long[] _steps = new long[LatticeRow.Capacity];

    /// <summary>Unit of the last lattice that was laid, in nats; 0 if none could be.</summary>
    public double Unit { get; private set; }

    /// <summary>Odd number up to 15 that divides nearly all whole numbers of steps of the last row; 1 for nearly every plain lattice.</summary>
    /// <remarks>Nearly all: a logit near 0 has so fine a step that its multiple is not to be seen.</remarks>
    public int CommonFactor { get; private set; }

    /// <summary>Gaps of the last row that lie on it, and all gaps.</summary>
    public (int Fitting, int All) Fitting { get; private set; }

    /// <summary>Log-evidence that the gaps of the last row lie on it by more than chance, before any place of the logits is thought of.</summary>
    public double LogOnUnit { get; private set; }

    /// <summary>Whether the positions that were read look like the tops of a vocabulary.</summary>
    public bool FitsALaw => _spread.FitsALaw;

    /// <summary>Reads what the positions of a request, which are judged next, say of their model together.</summary>
    public void Read(ReadOnlySpan<LatticeRow> rows, double scale) => _spread.Read(rows, scale == 1);

    /// <summary>Judges the lattices s₀·(bf16 or fp16 grid) on one position.</summary>
    /// <param name="row">The position.</param>
    /// <param name="scale">s₀, 1 ≤ s₀ &lt; 2: nats per logit, but for a power of two. Exactly 1 for plain logprobs.</param>
    /// <param name="scaleError">Relative uncertainty of s₀; 0 for exactly 1.</param>
    /// <param name="into">Receives the evidence.</param>
    public void Judge(LatticeRow row, double scale, double scaleError, ScaleEvidence into)
    {
        into.Clear();
        Unit = 0;
        CommonFactor = 1;
        Fitting = (0, row.Count - 1);
        LogOnUnit = 0;
        if (row.Count < 2)
        {
            return;
        }

        var level = BestLevel(row, scale, scaleError, out _);
        if (level is null)
        {
            return;
        }

        Unit = scale * Math.ScaleB(1, -level.Value);
        var residuals = Steps(row, scaleError, out var fitting);
        Fitting = (fitting, row.Count - 1);
        LogOnUnit = residuals;
        var steps = _steps.AsSpan(0, fitting);
        CommonFactor = OddCommonFactor(steps);
        var anchor = row.Gaps[row.Shape.Listed - 1] / Unit;
        _bf16.Count(steps, anchor, Unit, 8);
        _fp16.Count(steps, anchor, Unit, 11);
        _spread.Lay(row.Shape.Listed, Math.Min(_bf16.Filled.First, _fp16.Filled.First), Math.Max(_bf16.Filled.Last, _fp16.Filled.Last));
        var means = PlacePrior.Means;
        for (var column = 0; column < ScaleEvidence.Columns; column++)
        {
            var (vocabulary, mean) = (column / means.Length, means[column % means.Length]);
            into.Bf16[column] = residuals - row.LogTies + Math.Log(_spread.Sum(_bf16, vocabulary, mean));
            into.Fp16[column] = residuals - row.LogTies + Math.Log(_spread.Sum(_fp16, vocabulary, mean));
        }
    }

    /// <summary>Evidence that the gaps lie on multiples of the best spacing of a scale; negative where none fits.</summary>
    public static double Score(LatticeRow row, double scale, double scaleError)
    {
        _ = BestLevel(row, scale, scaleError, out var score);
        return score;
    }

    /// <summary>The spacing that explains the gaps best if every value could only lie on its multiples.</summary>
    private static int? BestLevel(LatticeRow row, double scale, double scaleError, out double best)
    {
        best = double.NegativeInfinity;
        int? bestLevel = null;
        for (var level = CoarsestLevel; level <= FinestLevel; level++)
        {
            var unit = scale * Math.ScaleB(1, -level);
            if (unit < LeastUnit * row.Halves[row.Count - 1])
            {
                break;
            }

            var score = 0.0;
            for (var i = 1; i < row.Count; i++)
            {
                var residual = row.Gaps[i] - (unit * Math.Round(row.Gaps[i] / unit));
                score += LogFit(unit, residual, Half(row, i, scaleError));
            }

            if (score > best)
            {
                (best, bestLevel) = (score, level);
            }
        }

        return bestLevel;
    }

    /// <summary>Fills the whole numbers of the values that fit; returns the evidence of all residuals.</summary>
    private double Steps(LatticeRow row, double scaleError, out int fitting)
    {
        var sum = 0.0;
        fitting = 0;
        for (var i = 1; i < row.Count; i++)
        {
            var steps = Math.Round(row.Gaps[i] / Unit);
            var half = Half(row, i, scaleError);
            var fit = LogFit(Unit, row.Gaps[i] - (Unit * steps), half);
            sum += fit;
            if (fit > ErrorKernel.LogOutlier)
            {
                _steps[fitting++] = (long)steps;
            }
        }

        return sum;
    }

    private static int OddCommonFactor(ReadOnlySpan<long> steps)
    {
        for (var factor = HighestFactor; factor > 1; factor -= 2)
        {
            var (divided, all) = (0, 0);
            foreach (var step in steps)
            {
                all += step == 0 ? 0 : 1;
                divided += step != 0 && step % factor == 0 ? 1 : 0;
            }

            if (all >= 3 && divided >= 0.85 * all)
            {
                return factor;
            }
        }

        return 1;
    }

    private static double LogFit(double unit, double residual, double half) =>
        ErrorKernel.Density(residual, half) is > 0 and var density ? Math.Max(Math.Log(unit * density), ErrorKernel.LogOutlier) : ErrorKernel.LogOutlier;

    private static double Half(LatticeRow row, int i, double scaleError) =>
        scaleError == 0 ? row.Halves[i] : row.StretchedHalf(i) + (row.Gaps[i] * scaleError);
}
