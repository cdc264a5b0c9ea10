using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>IEEE arithmetic in ascending k, one rounding (FMA) or two (multiply, then add) per term; nothing is flushed.</summary>
internal static class IeeeSum
{
    /// <summary>d = fma(a_k, b_k, d) in FP64 or FP32.</summary>
    /// <remarks>The runtime's fused multiply-add is IEEE's on every host, so it is the definition itself.</remarks>
    public static double Fused(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, double c, bool single)
    {
        for (var k = 0; k < a.Length; k++)
        {
            c = single
                ? MathF.FusedMultiplyAdd((float)a[k].ToDouble(), (float)b[k].ToDouble(), (float)c)
                : Math.FusedMultiplyAdd(a[k].ToDouble(), b[k].ToDouble(), c);
        }

        return c;
    }

    /// <summary>d = d + (a_k · b_k), both rounded, in FP64 or FP32: what a loop without FMA does on a CPU.</summary>
    public static double Separate(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, double c, bool single)
    {
        for (var k = 0; k < a.Length; k++)
        {
            c = single
                ? (float)c + ((float)a[k].ToDouble() * (float)b[k].ToDouble())
                : c + (a[k].ToDouble() * b[k].ToDouble());
        }

        return c;
    }
}
