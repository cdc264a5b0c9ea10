using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>The end of a block on MI300X (CDNA3, TR-FDPA): how the sum S of the products and the addend c become the next addend d.</summary>
/// <remarks><code>
/// E  = max(Ed, ec)
/// T  = floor(S · 2^(Ed − 24) / 2^(E − 32))      Cq = floor(c / 2^(E − 24))
/// R  = T + 256 · Cq, in units of 2^(E − 32)     below 2^38
/// d  = RNE_FP32(R floored to 31 fraction bits of its own exponent)
/// </code>
/// RNE_FP32 rounds to the nearest FP32 number, ties to even. E, Ed and ec are the exponents of the block, of its products and of the addend.
/// Where each lane can be shifted by another distance (AVX2, AVX-512), this fits int32; <c>RoundDown</c> of <see cref="Lanes512"/> and <see cref="Lanes256"/> does it:
/// <code>
/// s = max(ec − Ed − 5, 0)                       what the products lie too far below the addend to be kept whole
/// Q = (S >> s) + floor(c / 2^(Ed + s − 24))     below 2^31, both floored, in units of 2^(Ed + s − 24)
/// Q |= 1 if what the shift cut counts           rounded to odd: RNE_FP32 drops at least 5 bits of such a Q
/// d  = RNE_FP32(Q) · 2^(Ed + s − 24)
/// </code>
/// <list type="bullet">
/// <item>s = 0: R is Q times a power of two, and has at most 31 significant bits: nothing is floored, unless by Cq.</item>
/// <item>s > 0: c is a multiple of 64 units, so Q has 29 to 31 bits, and R's 31st fraction bit is 3 to 1 places below Q's last:
/// as many as Q has leading zeros. Of the bits that the shift cut, just these count, and the ones below are floored away.</item>
/// </list>
/// In the first blocks of a chain addends are small and s is 0. Then d = RNE_FP32(S + floor(c / 2^(Ed − 24))) · 2^(Ed − 24), which is half of the
/// operations. The kernel looks for that in the first terms of a chain only; later the branch costs more than it saves.
/// <para>A processor without variable shifts does it in double precision, where the first four lines are exact: the methods below.</para>
/// <para>FP8 (GTR-FDPA) has two such S, of even and of odd terms, each below its own Ed. Both are floored to the larger Ed and added:
/// 16 products of at most 1.875² leave |S| ≤ 56.25 · 2^24, so Q stays below 2^31. At s = 1, a Q of opposite signs may have 26 bits only, two
/// more than FP32, which is as few as rounding to odd allows; the shift has cut one bit then, and it counts.</para></remarks>
internal static class RoundedDownEnd
{
    /// <summary>A float's exponent field.</summary>
    public const int Field = 0x7F800000;

    /// <summary>Addends up to 2^6 times the products' power of two leave the products whole: 30 bits and a carry.</summary>
    public const int Reach = 5 << 23;

    /// <summary>Minus an exponent field, this is the field of what scales to units 24 bits below.</summary>
    public const int ToUnit = unchecked((127 + 24 + 127) << 23);

    /// <summary>Bits of a sum.</summary>
    public const int Word = 32;

    /// <summary>Addends of fewer units leave the products whole (s = 0).</summary>
    public const int Near = 1 << 30;

    /// <summary>A unit lies 24 bits below the largest exponent.</summary>
    public const int UnitBits = 24 << 23;

    /// <summary>An addend this far below the products is dropped (FP8).</summary>
    public const int Dropped = 25 << 23;

    /// <summary>What others are subtracted from. Fields and not constants: of a constant minus something the just-in-time compiler makes two operations.</summary>
    /// <param name="ToUnit"><see cref="RoundedDownEnd.ToUnit"/> in every lane.</param>
    /// <param name="Word"><see cref="RoundedDownEnd.Word"/> in every lane.</param>
    public readonly record struct Constants<TInt>(TInt ToUnit, TInt Word);

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
    private static Vector256<double> ToDouble(Vector128<int> sum) => Processor.HasAvx
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
