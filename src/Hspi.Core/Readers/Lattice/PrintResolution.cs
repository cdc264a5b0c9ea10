namespace Hspi.Readers.Lattice;

/// <summary>How finely a request's numbers are printed, from all of them together: a single "-15.625" does not say.</summary>
/// <param name="Decimals">Most digits after the point that any number shows.</param>
/// <param name="SignificantDigits">Most significant digits that any number shows.</param>
internal readonly record struct PrintResolution(int Decimals, int SignificantDigits)
{
    /// <summary>Whether the numbers were cut to 4 digits or fewer: then no head is ever named.</summary>
    public bool IsCoarse => Decimals <= 4 || SignificantDigits <= 4;

    /// <summary>The finer of this and what one more number shows.</summary>
    public PrintResolution With(PrintedNumber number) =>
        new(Math.Max(Decimals, number.Decimals), Math.Max(SignificantDigits, number.SignificantDigits));

    /// <summary>Half of the last printed place of a number: rounding to decimals and rounding to digits are both thought of.</summary>
    public double HalfUnit(PrintedNumber number) =>
        0.5 * Math.Max(PowerOfTen(-Decimals), number.Value == 0 ? 0 : PowerOfTen(number.Magnitude + 1 - SignificantDigits));

    private static double PowerOfTen(int exponent) => exponent < -30 ? 0 : Math.Pow(10, exponent);
}
