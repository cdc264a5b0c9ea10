using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>One addend of a fused sum, exact: a product of two operands, or C. Value = ± Magnitude · 2^(Exponent − FractionBits).</summary>
/// <param name="Negative">Sign; a zero product has one too.</param>
/// <param name="Magnitude">Product of the integer significands; 0 for a zero.</param>
/// <param name="Exponent">Sum of the operands' exponents. Never renormalised: 1.5 · 1.5 has 0, 1.125 · 2 has 1.</param>
/// <param name="FractionBits">Sum of the operands' fraction bits.</param>
internal readonly record struct Term(bool Negative, ulong Magnitude, int Exponent, int FractionBits)
{
    /// <summary>The exact product of two finite numbers whose significands have at most 32 bits each.</summary>
    public static Term Product(Number a, Number b) =>
        new(a.Negative != b.Negative, a.Significand * b.Significand, a.Exponent + b.Exponent, a.FractionBits + b.FractionBits);

    /// <summary>A finite number as a term.</summary>
    public static Term Of(Number number) => new(number.Negative, number.Significand, number.Exponent, number.FractionBits);

    /// <summary>The signed term in whole units of 2^<paramref name="unit"/>, cut toward zero.</summary>
    /// <remarks>The shift acts on the magnitude: <c>&gt;&gt;</c> on a negative number would floor.</remarks>
    public long TruncatedTo(int unit)
    {
        var shift = Exponent - FractionBits - unit;
        ulong kept = shift switch
        {
            >= 0 => Magnitude << shift,
            > -64 => Magnitude >> -shift,
            _ => 0,
        };
        return Negative ? -(long)kept : (long)kept;
    }
}
