using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hspi.Backends.Engines;

/// <summary>Sums as vector registers make them: lanes side by side, then added by halves.</summary>
internal static class LaneSums
{
    private const int Lanes = 16;

    /// <summary>Σ a·b in sixteen chains of fused multiply-adds; fewer than sixteen terms are added one by one in fp64.</summary>
    /// <param name="a">Left factors.</param>
    /// <param name="b">As many right factors.</param>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length < Lanes)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return (float)sum;
        }

        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        var (low, high) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var at = 0;
        for (; at <= a.Length - Lanes; at += Lanes)
        {
            low = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, (nuint)at), Vector256.LoadUnsafe(ref right, (nuint)at), low);
            high = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, (nuint)at + 8), Vector256.LoadUnsafe(ref right, (nuint)at + 8), high);
        }

        // As if the rest were filled up with zeros.
        Span<float> lanes = stackalloc float[Lanes];
        low.CopyTo(lanes);
        high.CopyTo(lanes[8..]);
        for (var lane = 0; at + lane < a.Length; lane++)
        {
            lanes[lane] = MathF.FusedMultiplyAdd(a[at + lane], b[at + lane], lanes[lane]);
        }

        return Add(Vector256.Create<float>(lanes[8..]) + Vector256.Create<float>(lanes));
    }

    /// <summary>Eight lanes: four and four, two and two, one and one.</summary>
    public static float Add(Vector256<float> lanes)
    {
        var four = lanes.GetUpper() + lanes.GetLower();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
