using System.Numerics;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>TR-FDPA and GTR-FDPA of AMD CDNA3: products are cut toward zero, then products and C separately toward −∞.</summary>
/// <remarks><code>
/// Ed = largest product exponent (zero products do not count)
/// S  = sum of trunc0(product / 2^(Ed − 24))                    C is not in this alignment
/// E  = max(Ed, ec)                                             ec = −126 for zero and subnormal C
/// T  = floor(S · 2^(Ed − 24) / 2^(E − 32))                     floor, not toward zero: dust below costs one unit
/// Cq = floor(c / 2^(E − 24))
/// d  = RNE_FP32(floor of T · 2^(E − 32) + Cq · 2^(E − 24) to 31 fraction bits of its own exponent)
/// </code>
/// FP8 (GTR) sums even and odd k apart, each under its own largest exponent, and drops a C with ec &lt; E − 25.
/// Disputed: the published model gives a NaN or infinite C the exponent −1 in that comparison, so it is dropped where Ed > 24.
/// Source: MMA-Sim (newest), Leeds models, fpy.
/// </remarks>
internal static class RoundedDownSum
{
    private const int ProductBits = 24;
    private const int SumBits = 32;
    private const int KeptBits = 31;
    private const int AddendBits = 24;

    // The exponent of a NaN or infinite C where FP8 compares it; see the remark.
    private const int SpecialAddendExponent = -1;

    // Lower than any exponent of a product, and far enough from the edge of int to subtract from.
    private const int NoProduct = -999;

    /// <summary>One block.</summary>
    /// <param name="a">Left operands.</param>
    /// <param name="b">Right operands, as many.</param>
    /// <param name="c">The FP32 addend.</param>
    /// <param name="interleaved">Whether even and odd k are summed apart (FP8).</param>
    public static Number Of(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c, bool interleaved)
    {
        var lanes = interleaved ? 2 : 1;
        Span<int> exponents = stackalloc int[lanes];
        Span<long> sums = stackalloc long[lanes];
        for (var lane = 0; lane < lanes; lane++)
        {
            (sums[lane], exponents[lane]) = Products(a, b, lane, lanes);
        }

        var productExponent = interleaved ? Math.Max(exponents[0], exponents[1]) : exponents[0];
        if (interleaved && c.Kind != NumberKind.Finite && SpecialAddendExponent < productExponent - AddendBits - 1)
        {
            c = Number.Zero(negative: false);
        }

        if (WithOverflow(a, b, c) is { } special)
        {
            return special;
        }

        var products = 0L;
        for (var lane = 0; lane < lanes; lane++)
        {
            products += ShiftDown(sums[lane], productExponent - exponents[lane]);
        }

        var addendExponent = c.Significand < 1UL << c.FractionBits ? KnownFormats.Fp32.SmallestExponent : c.Exponent;
        var largest = Math.Max(productExponent, addendExponent);
        var cut = ShiftDown(products, largest - productExponent - (SumBits - ProductBits));
        var addend = (long)c.Significand << (AddendBits - KnownFormats.Fp32.FractionBits);
        var addendCut = interleaved && addendExponent < largest - AddendBits - 1
            ? 0
            : ShiftDown(c.Negative ? -addend : addend, largest - addendExponent);

        var unit = largest - SumBits;
        var sum = cut + (addendCut << (SumBits - AddendBits));
        if (sum == 0)
        {
            return Number.Zero(negative: false);
        }

        var excess = BitOperations.Log2((ulong)Math.Abs(sum)) - KeptBits;
        if (excess > 0)
        {
            sum >>= excess;
            unit += excess;
        }

        return KnownFormats.Fp32.Round(sum < 0, (UInt128)Math.Abs(sum), unit, RoundingMode.NearestEven);
    }

    private static (long Sum, int Exponent) Products(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, int first, int step)
    {
        var largest = NoProduct;
        for (var k = first; k < a.Length; k += step)
        {
            if (!a[k].IsZero && !b[k].IsZero)
            {
                largest = Math.Max(largest, a[k].Exponent + b[k].Exponent);
            }
        }

        var sum = 0L;
        for (var k = first; k < a.Length; k += step)
        {
            sum += Term.Product(a[k], b[k]).TruncatedTo(largest - ProductBits);
        }

        return (sum, largest);
    }

    // Toward −∞, which is what an arithmetic shift does; a negative distance is a shift to the left.
    private static long ShiftDown(long value, int distance) => distance switch
    {
        < 0 => value << -distance,
        > 63 => value < 0 ? -1 : 0,
        _ => value >> distance,
    };

    // A product of 2^128 or more is an infinity of its own, here and only here.
    private static Number? WithOverflow(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
    {
        var special = SpecialOperands.Resolve(a, b, c);
        if (special is { Kind: NumberKind.NaN })
        {
            return special;
        }

        for (var k = 0; k < a.Length; k++)
        {
            if (a[k].Kind != NumberKind.Finite || b[k].Kind != NumberKind.Finite || a[k].IsZero || b[k].IsZero)
            {
                continue;
            }

            var product = Term.Product(a[k], b[k]);
            if (product.Exponent - product.FractionBits + BitOperations.Log2(product.Magnitude) < 128)
            {
                continue;
            }

            if (special is { } other && other.Negative != product.Negative)
            {
                return Number.NaN;
            }

            special = Number.Infinity(product.Negative);
        }

        return special;
    }
}
