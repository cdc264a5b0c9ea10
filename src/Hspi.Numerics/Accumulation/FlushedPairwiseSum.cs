using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>AMD CDNA2's 16-bit path: ordinary FP32 operations in pairs, with subnormals flushed everywhere.</summary>
/// <remarks><code>
/// inputs a, b, c: subnormal -> +0 (the sign is lost)
/// p_k = RNE(a_k · b_k);  s = (p0 + p1) [+ (p2 + p3)];  d = c + s       each RNE, a subnormal result -> ±0 (the sign stays)
/// </code>
/// Source: MMA-Sim; AMD documents the flush for MI200 MFMA (MIOpen).
/// </remarks>
internal static class FlushedPairwiseSum
{
    /// <summary>One block of 2 or 4 products; a missing product is +0.</summary>
    public static float Of(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, float c, int pairs)
    {
        Span<float> products = stackalloc float[4];
        products.Clear();
        for (var k = 0; k < a.Length; k++)
        {
            products[k] = Flush((float)Input(a[k]) * (float)Input(b[k]));
        }

        var sum = Flush(products[0] + products[1]);
        if (pairs == 4)
        {
            sum = Flush(sum + Flush(products[2] + products[3]));
        }

        return Flush((float.IsSubnormal(c) ? 0f : c) + sum);
    }

    private static double Input(Number operand) =>
        operand.Kind == NumberKind.Finite && operand.Significand < 1UL << operand.FractionBits ? 0.0 : operand.ToDouble();

    private static float Flush(float value) => float.IsSubnormal(value) ? MathF.CopySign(0f, value) : value;
}
