namespace Hspi;

/// <summary>A measured share or score with its 95 % interval.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Value, double Low, double High)
{
    private const double Z = 1.959963984540054;

    /// <summary>Wilson's interval of <paramref name="hits"/> of <paramref name="count"/>; [0, 1] of none.</summary>
    /// <remarks>Wilson, JASA 22 (1927): holds its promise near 0 and 1 too, where the common formula gives a width of 0.</remarks>
    public static Interval Wilson(int hits, int count)
    {
        if (count == 0)
        {
            return new Interval(0, 0, 1);
        }

        var share = (double)hits / count;
        var middle = (share + (Z * Z / (2 * count))) / (1 + (Z * Z / count));
        var half = Z / (1 + (Z * Z / count)) * Math.Sqrt((share * (1 - share) / count) + (Z * Z / (4.0 * count * count)));
        return new Interval(share, Math.Max(0, Math.Min(share, middle - half)), Math.Min(1, Math.Max(share, middle + half)));
    }

    /// <summary>A mean over independent values, with the normal interval.</summary>
    /// <param name="values">At least two.</param>
    public static Interval OfMean(IReadOnlyList<float> values)
    {
        var mean = values.Average(value => (double)value);
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        var half = Z * Math.Sqrt(variance / values.Count);
        return new Interval(mean, mean - half, mean + half);
    }

    /// <summary>As text: <c>0.912 [0.880, 0.936]</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Value:F3} [{Low:F3}, {High:F3}]");
}
