namespace Hspi.Readers.Lattice;

/// <summary>What the listed values of a position say of the vocabulary behind them, whatever is added to all logits.</summary>
/// <param name="Listed">K, the number of highest values that are listed; at least 1.</param>
/// <param name="LogExcess">Logarithm of the mean excess of values over the K-th, in nats; NaN where fewer than 4 are listed, or equal ones.</param>
/// <param name="ExcessError">Its standard deviation.</param>
/// <param name="LogRest">ln(R/K): R is the probability that is not listed over that of the K-th; NaN where the digits do not show it.</param>
internal readonly record struct TopShape(int Listed, double LogExcess, double ExcessError, double LogRest)
{
    private const int Fewest = 4;

    // Below this relative precision the probability that is not listed is only the rounding of what is.
    private const double CoarsestRest = 0.3;
    private const double SumError = 4e-7;

    /// <summary>Reads a position.</summary>
    /// <param name="values">The K highest logprobs, descending.</param>
    /// <param name="half">Half of the last printed place.</param>
    public static TopShape Of(ReadOnlySpan<double> values, double half)
    {
        if (values.Length < Fewest)
        {
            return new TopShape(Math.Max(1, values.Length), double.NaN, 1, double.NaN);
        }

        // Spacings of exponential order statistics. The first third is left out: a few preferred tokens stand apart from the rest.
        var first = values.Length < 10 ? values.Length / 2 : values.Length / 3;
        var sum = 0.0;
        for (var rank = first; rank < values.Length; rank++)
        {
            sum += rank * (values[rank - 1] - values[rank]);
        }

        var excess = sum / (values.Length - first);
        var listed = 0.0;
        foreach (var value in values)
        {
            listed += Math.Exp(value);
        }

        var rest = 1 - listed;
        var known = rest > 0 && (SumError + half) / rest < CoarsestRest;
        return new TopShape(
            values.Length,
            excess > 0 ? Math.Log(excess) : double.NaN,
            1 / Math.Sqrt(values.Length - first),
            known ? Math.Log(rest) - values[^1] - Math.Log(values.Length) : double.NaN);
    }
}
