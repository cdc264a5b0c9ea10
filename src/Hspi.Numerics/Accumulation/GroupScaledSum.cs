using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>GST-FDPA: Blackwell's MXFP4 and NVFP4 (<c>mxf4nvf4</c>), where the scales alone decide the alignment.</summary>
/// <remarks><code>
/// groups of 16 products: P_g = exact sum                            multiple of 1/4, |P_g| ≤ 576
/// term_g = P_g · sig(scaleA) · sig(scaleB), exponent e(scaleA) + e(scaleB)
/// exponent := e_zero if all 16 products are 0 or a scale is 0       a group that cancels to 0 keeps its exponent
/// E = max(group exponents, exponent of C, e_zero if C = 0);  S = sum of trunc0(term / 2^(E − F));  round
/// </code>
/// Source: MMA-Sim, and its fpy re-implementation.
/// </remarks>
internal static class GroupScaledSum
{
    public const int GroupSize = 16;

    /// <param name="a">Left operands; a multiple of 16.</param>
    /// <param name="b">Right operands, as many.</param>
    /// <param name="scalesA">Left block scales; each belongs to as many operands in turn.</param>
    /// <param name="scalesB">Right block scales.</param>
    /// <param name="c">The addend.</param>
    /// <param name="fractionBits">F, 35.</param>
    /// <param name="zeroExponent">Exponent of a zero group or addend.</param>
    /// <param name="output">FP32.</param>
    /// <param name="rounding">Toward zero.</param>
    public static Number Of(
        ReadOnlySpan<Number> a,
        ReadOnlySpan<Number> b,
        ReadOnlySpan<Number> scalesA,
        ReadOnlySpan<Number> scalesB,
        Number c,
        int fractionBits,
        int zeroExponent,
        NumberFormat output,
        RoundingMode rounding)
    {
        foreach (var scale in scalesA)
        {
            c = scale.Kind == NumberKind.NaN ? Number.NaN : c;
        }

        foreach (var scale in scalesB)
        {
            c = scale.Kind == NumberKind.NaN ? Number.NaN : c;
        }

        if (SpecialOperands.Resolve(a, b, c) is { } special)
        {
            return special;
        }

        var groups = a.Length / GroupSize;
        Span<Term> terms = stackalloc Term[groups + 1];
        var allNegative = c.Negative;
        for (var group = 0; group < groups; group++)
        {
            var first = group * GroupSize;
            terms[group] = Group(
                a.Slice(first, GroupSize),
                b.Slice(first, GroupSize),
                scalesA[first * scalesA.Length / a.Length],
                scalesB[first * scalesB.Length / b.Length],
                zeroExponent,
                ref allNegative);
        }

        terms[^1] = Term.Of(c) with { Exponent = c.IsZero ? zeroExponent : c.Exponent };

        var largest = zeroExponent;
        foreach (var term in terms)
        {
            largest = Math.Max(largest, term.Exponent);
        }

        var unit = largest - fractionBits;
        var sum = 0L;
        foreach (var term in terms)
        {
            sum += term.TruncatedTo(unit);
        }

        return sum == 0
            ? Number.Zero(allNegative)
            : output.Round(sum < 0, (UInt128)Math.Abs(sum), unit, rounding);
    }

    private static Term Group(
        ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number scaleA, Number scaleB, int zeroExponent, ref bool allNegative)
    {
        // Every FP4 product is a whole multiple of 1/4 of a power of two not below 1: exact in units of 2^-2.
        const int quarter = -2;
        var sum = 0L;
        var allZero = true;
        for (var k = 0; k < a.Length; k++)
        {
            var product = Term.Product(a[k], b[k]);
            sum += product.TruncatedTo(quarter);
            allZero &= product.Magnitude == 0;
            allNegative &= product.Negative;
        }

        var scale = scaleA.Significand * scaleB.Significand;
        var exponent = allZero || scale == 0 ? zeroExponent : scaleA.Exponent + scaleB.Exponent;
        return new(sum < 0, (ulong)Math.Abs(sum) * scale, exponent, scaleA.FractionBits + scaleB.FractionBits - quarter);
    }
}
