namespace Hspi.Backends.Torch.Training;

/// <summary>A number measured on held-out data, with its 95 % interval.</summary>
/// <param name="Value">The measured value.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Texts or images.</param>
public sealed record Measurement(double Value, double Low, double High, int Count)
{
    private const double Deviations = 1.959964;

    /// <summary>A mean over independent texts, with the normal interval.</summary>
    /// <param name="values">At least two.</param>
    public static Measurement OfMean(IReadOnlyList<float> values)
    {
        var mean = values.Average(value => (double)value);
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        var half = Deviations * Math.Sqrt(variance / values.Count);
        return new Measurement(mean, mean - half, mean + half, values.Count);
    }

    /// <summary>A share, with Wilson's interval, which stays within 0 and 1.</summary>
    /// <remarks>Source: Wilson, "Probable inference" (JASA 1927).</remarks>
    public static Measurement OfShare(int right, int count)
    {
        var (share, square) = ((double)right / count, Deviations * Deviations);
        var centre = (share + (square / (2 * count))) / (1 + (square / count));
        var half = Deviations * Math.Sqrt((share * (1 - share) / count) + (square / (4.0 * count * count))) / (1 + (square / count));
        return new Measurement(share, centre - half, centre + half, count);
    }
}
