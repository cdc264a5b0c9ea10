namespace Hspi.Readers.Lattice;

/// <summary>The gaps of one position below its highest logprob, each with the half-width of its error.</summary>
internal sealed class LatticeRow
{
    /// <summary>Room for the values of one position.</summary>
    public const int Capacity = 64;

    // exp, log and the division inside a softmax may each be off by an ulp of a number near 1.
    private const double SoftmaxError = 1.2e-7;

    // Two quotients, each off by half an ulp at most.
    private const double QuotientError = 1.0 / (1 << 24);

    // A tied pair under a continuous head means two rows of the embedding that are equal: unused tokens. This share of neighbours.
    private const double EqualRows = 0.03;
    private const double UsualSpacing = 0.3;

    private readonly double[] _values = new double[Capacity];
    private readonly double[] _gaps = new double[Capacity];
    private readonly double[] _halves = new double[Capacity];

    /// <summary>Number of values, the highest included; below 2 nothing can be read.</summary>
    public int Count { get; private set; }

    /// <summary>Gaps that are not zero and not equal to their neighbour.</summary>
    public int DistinctGaps { get; private set; }

    /// <summary>Log-likelihood that ties add to a head without a lattice: they are rare there, but not impossible.</summary>
    public double LogTies { get; private set; }

    /// <summary>The logprobs, highest first.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>Highest logprob minus each, in nats; the first is 0.</summary>
    public ReadOnlySpan<double> Gaps => _gaps.AsSpan(0, Count);

    /// <summary>Largest error that rounding and printing explain in each gap, in nats.</summary>
    public ReadOnlySpan<double> Halves => _halves.AsSpan(0, Count);

    /// <summary>What the values say of the vocabulary behind them.</summary>
    public TopShape Shape { get; private set; }

    /// <summary>Reads a position in place of the last.</summary>
    /// <param name="numbers">Cleaned values.</param>
    /// <param name="resolution">How finely the whole request is printed.</param>
    /// <param name="lowestIsApart">Whether the lowest may be listed only because it was sampled.</param>
    public void Read(ReadOnlySpan<PrintedNumber> numbers, PrintResolution resolution, bool lowestIsApart)
    {
        Count = Math.Min(numbers.Length, Capacity);
        for (var i = 0; i < Count; i++)
        {
            _values[i] = -numbers[i].Value;
            _halves[i] = Spacing(numbers[i].Value) * 0.51 + resolution.HalfUnit(numbers[i]);
        }

        Array.Sort(_values, _halves, 0, Count);
        LogTies = 0;
        DistinctGaps = 0;
        for (var i = Count - 1; i >= 0; i--)
        {
            _gaps[i] = _values[i] - _values[0];
            _halves[i] += _halves[0] + SoftmaxError;
        }

        for (var i = 0; i < Count; i++)
        {
            var tied = i > 0 && _values[i] == _values[i - 1];
            LogTies += tied ? Math.Log(1 - EqualRows + EqualRows * UsualSpacing / (2 * _halves[i])) : 0;
            DistinctGaps += i == 0 || tied ? 0 : 1;
        }

        for (var i = 0; i < Count; i++)
        {
            _values[i] = -_values[i];
        }

        Shape = TopShape.Of(_values.AsSpan(0, Math.Max(0, Count - (lowestIsApart ? 1 : 0))), resolution.HalfUnit(numbers[0]));
    }

    /// <summary>The error of a gap whose logits were divided by a temperature before the softmax: rounded once more, at the size of a logit.</summary>
    /// <remarks>That size is not visible; it is taken as twice the widest gap, and at least 16.</remarks>
    public double StretchedHalf(int i) => _halves[i] + (Math.Max(16, 2 * _gaps[Count - 1]) * QuotientError);

    private static double Spacing(double value)
    {
        var size = MathF.Abs((float)value);
        return MathF.BitIncrement(size) - size;
    }
}
