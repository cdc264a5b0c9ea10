using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>The end of a block on CDNA3 (TR-FDPA), in double precision, where everything below is exact.</summary>
/// <remarks><code>
/// E  = max(Ed, ec)
/// T  = floor(S · 2^(Ed − 24) / 2^(E − 32))      Cq = floor(c / 2^(E − 24))
/// R  = T + 256 Cq, in units of 2^(E − 32)       below 2^38
/// d  = RNE_FP32(R floored to 31 fraction bits of its own exponent)
/// </code></remarks>
internal static class RoundedDownEnd
{
    // Farther than this below the addend, products leave only their sign: floor gives 0 or -1.
    private const int FarthestField = 127 - 100;

    /// <param name="sum">S, below 2^30 in magnitude.</param>
    /// <param name="products">2^Ed in the kernel's scale.</param>
    /// <param name="c">The addend in the kernel's scale.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Round(Vector256<int> sum, Vector256<float> products, Vector256<float> c)
    {
        Vector256<int> unit = Vector256.Max(Vector256.Abs(c), products).AsInt32() & Vector256.Create(0x7F800000);
        Vector256<float> toUnit = Vector256.Max(
            products.AsInt32() - unit + Vector256.Create((127 + 8) << 23),
            Vector256.Create(FarthestField << 23)).AsSingle();
        Vector256<float> addendToUnit = (Vector256.Create((127 + 24 + 127) << 23) - unit).AsSingle();

        (Vector256<double> toUnitLow, Vector256<double> toUnitHigh) = Vector256.Widen(toUnit);
        (Vector256<double> addendToUnitLow, Vector256<double> addendToUnitHigh) = Vector256.Widen(addendToUnit);
        (Vector256<double> unitLow, Vector256<double> unitHigh) = Vector256.Widen(unit.AsSingle());
        (Vector256<double> low, Vector256<double> high) = Vector256.Widen(c);
        return Vector256.Narrow(
            Round(ToDouble(sum.GetLower()), toUnitLow, low, addendToUnitLow, unitLow),
            Round(ToDouble(sum.GetUpper()), toUnitHigh, high, addendToUnitHigh, unitHigh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ToDouble(Vector128<int> sum) => Avx.IsSupported
        ? Avx.ConvertToVector256Double(sum)
        : Vector256.Create(sum[0], sum[1], sum[2], (double)sum[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Round(
        Vector256<double> sum, Vector256<double> toUnit, Vector256<double> c, Vector256<double> addendToUnit, Vector256<double> unit)
    {
        Vector256<double> total = Vector256.Floor(sum * toUnit) + (Vector256.Floor(c * addendToUnit) * Vector256.Create(256.0));
        // The power of two at or below |R|; one for R = 0, which has none.
        Vector256<double> power = (Vector256.Max(Vector256.Abs(total), Vector256<double>.One).AsInt64()
            & Vector256.Create(0x7FF0000000000000)).AsDouble();
        Vector256<double> toFraction = (Vector256.Create((1023L + 31 + 1023) << 52) - power.AsInt64()).AsDouble();
        return Vector256.Floor(total * toFraction) * (power * (unit * Vector256.Create(Math.ScaleB(1, -31 - 32))));
    }
}
