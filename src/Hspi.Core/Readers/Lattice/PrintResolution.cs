namespace Hspi.Readers.Lattice;

/// <summary>How finely a request's numbers are printed, from all of them together: a single "-15.625" does not say.</summary>
/// <param name="Decimals">Most digits after the point that any number shows.</param>
/// <param name="SignificantDigits">Most significant digits that any number shows.</param>
/// <param name="Grid">What the values were rounded to before they were printed; null where they show no such rounding.</param>
internal readonly record struct PrintResolution(int Decimals, int SignificantDigits, PrintedGrid.Grid? Grid = null)
{
    // An fp16 logit near 1/16 has this step: what is printed on a coarser grid may hide a lattice, and always looks like one.
    private const double CoarseStep = 6e-5;

    /// <summary>Whether the values lie on a grid that the print made: their gaps are a lattice whatever the logits are.</summary>
    public bool IsGridded => Grid?.Step(1) > CoarseStep;

    /// <summary>Whether the numbers were cut to 4 digits or fewer, or to a grid: then no head is ever named.</summary>
    public bool IsCoarse => Decimals <= 4 || SignificantDigits <= 4 || IsGridded;

    /// <summary>The finer of this and what one more number shows.</summary>
    public PrintResolution With(PrintedNumber number) =>
        this with { Decimals = Math.Max(Decimals, number.Decimals), SignificantDigits = Math.Max(SignificantDigits, number.SignificantDigits) };

    /// <summary>Half of the last printed place of a number: rounding to decimals, to digits and to a grid are all thought of.</summary>
    public double HalfUnit(PrintedNumber number) => 0.5 * Math.Max(
        Grid?.Step(Math.Abs(number.Value)) ?? 0,
        Math.Max(PowerOfTen(-Decimals), number.Value == 0 ? 0 : PowerOfTen(number.Magnitude + 1 - SignificantDigits)));

    private static double PowerOfTen(int exponent) => exponent < -30 ? 0 : Math.Pow(10, exponent);
}
