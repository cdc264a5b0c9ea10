using Hspi.Dialects;

namespace Hspi.Readers.LogUnit;

/// <summary>Which logarithm made the logprobs of nearly certain tokens.</summary>
/// <param name="Reading">Aspect <c>log-unit</c>.</param>
/// <param name="Name"><c>accurate-log</c>, <c>log-of-probability</c>, <c>observed-curve</c>, <c>off-grid</c> or <c>unknown</c>.</param>
/// <param name="Points">The first values, at most 64.</param>
public sealed record LogUnitFinding(Reading Reading, string Name, IReadOnlyList<LogUnitPoint> Points);

/// <summary>One value near 0, on the grid of the float32 sums just above 1.</summary>
/// <param name="Steps">n, of the sum 1 + n·2^-23 nearest to it under the accurate logarithm; real, so that a curve can be drawn.</param>
/// <param name="Logprob">The value, below 0.</param>
public sealed record LogUnitPoint(double Steps, double Logprob);

/// <summary>
/// Reads the logarithm from logprobs near 0. There a float32 log-softmax gives −ln(1 + n·2^-23) for a whole n; a float32 probability
/// whose logarithm is taken afterwards gives ln(1 − n·2^-24), as servers of the llama.cpp family do. The one seen at a large provider
/// lies on another curve, and a float64 softmax on none.
/// </summary>
/// <remarks>
/// The second is called "observed curve" and no more: that it is a special-function unit of a GPU is a hypothesis until a card shows it.
/// Source of its two constants: 417 logprobs of four models, x = 7.44090e-8 + n·1.1920367e-7 for n below 1024. Constant memory.
/// </remarks>
public sealed class LogUnitReader
{
    /// <summary>Name of this reader in evidence.</summary>
    public const string Name = "log-unit";

    /// <summary>−logprob at n = 0 of the observed curve's line.</summary>
    public const double CurveOffset = 7.44090e-8;

    /// <summary>Its slope per n.</summary>
    public const double CurveSlope = 1.1920367e-7;

    /// <summary>Share of the grid within which a value counts as on the observed curve; its constants are known to about this.</summary>
    public const double CurveTolerance = 2e-3;

    private const double Grid = 1.0 / (1 << 23);
    private const int LargestSteps = 1000;
    private const int MostPoints = 64;

    // A value that no curve explains: other rounding, a proxy, a sum in another order.
    private const double LogMiss = -7;

    private readonly List<LogUnitPoint> _points = [];
    private double _accurate;
    private double _probability;
    private double _curve;
    private double _offGrid;
    private long _values;
    private long _answers;

    /// <summary>Reads answers that are believed to come from one endpoint.</summary>
    public static LogUnitFinding Read(IEnumerable<ParsedAnswer> answers)
    {
        var reader = new LogUnitReader();
        foreach (var answer in answers)
        {
            reader.Add(answer);
        }

        return reader.Finding();
    }

    /// <summary>Adds one answer.</summary>
    public void Add(ParsedAnswer answer)
    {
        _answers++;
        for (var i = 0; i < answer.Steps.Count; i++)
        {
            var step = answer.Steps[i];
            var top = step.Alternatives.Count > 0 ? step.Alternatives[0].LogprobText : step.LogprobText;
            // Rounded text has lost what this reader needs: at least nine significant digits, or all that a float32 has.
            if (PrintedNumber.TryRead(top, out var number) && number.Value < 0 && number.Value > -LargestSteps * Grid && number.SignificantDigits >= 7)
            {
                Add(-number.Value);
            }
        }
    }

    /// <summary>Everything so far.</summary>
    public LogUnitFinding Finding()
    {
        var likelihoods = new Dictionary<string, double>();
        if (_values > 0)
        {
            likelihoods = new() { ["accurate-log"] = _accurate, ["log-of-probability"] = _probability, ["observed-curve"] = _curve, ["off-grid"] = _offGrid };
        }

        var best = likelihoods.Count == 0 ? default : likelihoods.MaxBy(pair => pair.Value);
        var named = likelihoods.Count > 0 && likelihoods.All(pair => pair.Key == best.Key || pair.Value < best.Value - 4.6);
        var name = named ? best.Key : "unknown";
        var seen = _values == 0
            ? $"None of {_answers} answers holds a logprob near 0 with all its digits."
            : $"{_values} logprobs near 0: " + name switch
            {
                "accurate-log" => "each is an accurate logarithm of a float32 sum.",
                "log-of-probability" => "each is an accurate logarithm of a float32 probability.",
                "observed-curve" => "they lie on the observed curve, straight where a logarithm bends; which unit draws it is not known.",
                "off-grid" => "they lie on no float32 grid: float64, or numbers that were changed.",
                _ => "they do not decide.",
            };
        return new LogUnitFinding(
            new Reading(Name, Aspect.LogUnit, seen, likelihoods, (int)Math.Min(int.MaxValue, _answers), "More answers to easy prompts, whose first token is nearly certain."),
            name,
            _points);
    }

    private void Add(double value)
    {
        _values++;
        // e^x − 1 in units of 2^-23, by its series: x is below 2^-13.
        var steps = (value + (value * value / 2) + (value * value * value / 6)) / Grid;
        var n = Math.Round(steps);
        var exact = LogOfOnePlus(n * Grid);
        var single = (float)value;
        // Printed as a float32 or as the double of one: both read back to the same float32.
        var accurate = n >= 1 && single == (float)exact;
        var onCurve = Math.Abs(Fraction((value - CurveOffset) / CurveSlope)) <= CurveTolerance && value > CurveOffset;
        var window = LogWindow(single);
        _accurate += accurate ? 0 : LogMiss + window;
        _probability += IsLogOfProbability(value, single) ? -Math.Log(2) : LogMiss + window;
        _curve += onCurve ? Math.Min(0, window - Math.Log(2 * CurveTolerance)) : LogMiss + window;
        _offGrid += window;
        if (_points.Count < MostPoints)
        {
            _points.Add(new LogUnitPoint(steps, -value));
        }
    }

    /// <summary>Whether it is ln(1 − n·2^-24) as a float32. These lie twice as dense as the sums, so each says half as much.</summary>
    private static bool IsLogOfProbability(double value, float single)
    {
        const double HalfGrid = Grid / 2;
        // 1 − e^-x in units of 2^-24, the spacing of float32 below 1.
        var n = Math.Round((value - (value * value / 2) + (value * value * value / 6)) / HalfGrid);
        return n >= 1 && single == (float)-LogOfOnePlus(-n * HalfGrid);
    }

    /// <summary>Probability that a continuous value is this float32, when the grid's is 1: the share of a step that it covers.</summary>
    private static double LogWindow(float value) => Math.Log(Math.Max(1e-9, (MathF.BitIncrement(value) - value) / Grid));

    private static double LogOfOnePlus(double x) => x - (x * x / 2) + (x * x * x / 3) - (x * x * x * x / 4);

    private static double Fraction(double value) => value - Math.Round(value);
}
