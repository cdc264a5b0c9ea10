using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>The end of an instruction of FP8 through <c>mma.sync</c>: D = RNE(s + C), one ordinary addition in D's format.</summary>
internal static unsafe class JoinedInstructions
{
    private const float LargestHalf = 65504;

    /// <summary>Adds <paramref name="count"/> results, both sides times 2^-Offset, which changes no rounding in FP32.</summary>
    /// <returns>False if a sum left FP16.</returns>
    public static bool Add(in TruncatedShape shape, float* results, float* accumulators, int count)
    {
        Vector256<float> infinite = Vector256<float>.Zero;
        Vector256<float> toTrueScale = Vector256.Create(MathF.ScaleB(1, shape.Offset)), fromTrueScale = Vector256.Create(MathF.ScaleB(1, -shape.Offset));
        for (int i = 0; i < count; i += Vector256<float>.Count)
        {
            Vector256<float> sum = Vector256.Load(accumulators + i) + Vector256.Load(results + i);
            if (shape.Output == BlockRounding.Fp16ToNearest)
            {
                // FP32 has the 2 · 11 + 2 bits with which a sum may be rounded twice.
                Vector256<float> half = RoundFp16(sum * toTrueScale);
                infinite |= Vector256.GreaterThan(Vector256.Abs(half), Vector256.Create(LargestHalf));
                sum = half * fromTrueScale;
            }
            sum.Store(accumulators + i);
        }
        return infinite.AsInt32() == Vector256<int>.Zero;
    }

    // The sum of the value and a power of two 13 binades up is rounded to nearest even just where FP16 ends.
    private static Vector256<float> RoundFp16(Vector256<float> value)
    {
        Vector256<int> field = Vector256.Max(value.AsInt32() & Vector256.Create(0x7F800000), Vector256.Create((127 - 14) << 23));
        Vector256<float> anchor = (field + Vector256.Create((13 << 23) | (1 << 22))).AsSingle();
        return (value + anchor) - anchor;
    }
}
