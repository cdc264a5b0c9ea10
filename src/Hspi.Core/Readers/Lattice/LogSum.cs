namespace Hspi.Readers.Lattice;

/// <summary>Sums of numbers that are only known by their logarithms.</summary>
internal static class LogSum
{
    /// <summary>ln(e^left + e^right).</summary>
    public static double Of(double left, double right)
    {
        var (high, low) = left > right ? (left, right) : (right, left);
        return double.IsNegativeInfinity(high) ? high : high + Math.Log(1 + Math.Exp(low - high));
    }

    /// <summary>ln Σ e^(values_i + logWeights_i).</summary>
    public static double Weighted(ReadOnlySpan<double> values, ReadOnlySpan<double> logWeights)
    {
        var highest = double.NegativeInfinity;
        for (var i = 0; i < values.Length; i++)
        {
            highest = Math.Max(highest, values[i] + logWeights[i]);
        }

        if (double.IsNegativeInfinity(highest))
        {
            return highest;
        }

        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += Math.Exp(values[i] + logWeights[i] - highest);
        }

        return highest + Math.Log(sum);
    }
}
