using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>AVX2: 8 outputs at once; rounding toward zero takes five instructions more.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>, Vector256<int>, Vector256<byte>>
{
    public static int Count => Vector256<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector256<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float* source) => Vector256.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> sum, Vector256<float> b, Vector256<float> a, Vector256<int> shift) => sum + Avx.ConvertToVector256Int32WithTruncation(((b * a).AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> sum, Vector256<float> b, float* a, Vector256<int> shift) => sum + Avx.ConvertToVector256Int32WithTruncation(((b * Vector256.Create(*a)).AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Select(int column) => Vector256<byte>.Zero;

    // Without a fraction here, so that Shift has none to clear.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Larger(Vector256<float> c, byte* exponents, int column, Vector256<byte> select) =>
        Vector256.Max(c.AsInt32() & Vector256.Create(0x7F800000), Exponents(exponents + column).AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Shift(Vector256<float> largest, Vector256<int> bias) => bias - largest.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Shift(Vector256<float> c, Vector256<float> largest, Vector256<int> bias, Vector256<float> smallest)
    {
        Vector256<int> present = Vector256.AndNot(smallest, Vector256.Equals(c, Vector256<float>.Zero)).AsInt32();
        return Vector256.Min(Shift(largest, bias), bias - present);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Shift(byte* exponents, Vector256<int> bias) => bias - Exponents(exponents).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Start(Vector256<float> c, Vector256<int> shift) => Avx.ConvertToVector256Int32WithTruncation((c.AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Unit(Vector256<int> one, Vector256<int> shift) => (one - shift).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RoundFp32(Vector256<int> sum, Vector256<float> unit) => RoundTowardZero(sum) * unit;

    // Exact before the mask: 32 products below 4 and an addend below 2, with 13 fraction bits, stay below 2^21.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RoundE8M13(Vector256<int> sum, Vector256<float> unit) =>
        (Avx.ConvertToVector256Single(sum).AsInt32() & Vector256.Create(~0x3FF)).AsSingle() * unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RoundFp16(Vector256<int> sum, Vector256<float> unit, Vector256<float> toTrueScale, Vector256<float> fromTrueScale, ref Vector256<float> lost)
    {
        // Rounded to odd first: a set last bit stands for all that was cut, so that the second rounding sees no false tie.
        Vector256<float> cut = RoundTowardZero(sum);
        Vector256<int> odd = Vector256.AndNot(Vector256.Create(1), Vector256.Equals(Avx.ConvertToVector256Int32WithTruncation(cut), sum));
        Vector256<float> exact = (cut.AsInt32() | odd).AsSingle() * unit * toTrueScale;

        // The sum of the value and a power of two 13 binades up is rounded to nearest even just where FP16 ends.
        Vector256<int> field = Vector256.Max(exact.AsInt32() & Vector256.Create(0x7F800000), Vector256.Create((127 - 14) << 23));
        Vector256<float> anchor = (field + Vector256.Create((13 << 23) | (1 << 22))).AsSingle();
        Vector256<float> half = (exact + anchor) - anchor;

        Vector256<float> infinite = Vector256.GreaterThan(Vector256.Abs(half), Vector256.Create(65504f));
        Vector256<float> vanished = Vector256.AndNot(Vector256.Equals(half, Vector256<float>.Zero), Vector256.Equals(exact, Vector256<float>.Zero));
        lost |= Vector256<float>.One & (infinite | vanished);
        return half * fromTrueScale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Products(Vector256<int> shift, Vector256<int> bias) => bias - shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Products(byte* exponents) => Exponents(exponents).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Addend(in RoundedDownEnd.Constants<Vector256<int>> constants, Vector256<int> products, Vector256<float> c) =>
        Avx.ConvertToVector256Int32WithTruncation(Vector256.Floor(c * (constants.ToUnit - products).AsSingle()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreNear(Vector256<int> first, Vector256<int> second, Vector256<int> third, Vector256<int> fourth)
    {
        Vector256<int> half = Vector256.Create(RoundedDownEnd.Near);
        return ((first + half) | (second + half) | (third + half) | (fourth + half)).ExtractMostSignificantBits() == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RoundNear(Vector256<int> sum, Vector256<int> addend, Vector256<int> products) =>
        Avx.ConvertToVector256Single(sum + addend) * (products - Vector256.Create(RoundedDownEnd.UnitBits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RoundDownApart(in RoundedDownEnd.Constants<Vector256<int>> constants, Vector256<int> even, Vector256<int> evenProducts, Vector256<int> odd, Vector256<int> oddProducts, Vector256<float> c)
    {
        Vector256<int> products = Vector256.Max(evenProducts, oddProducts);
        Vector256<int> sum = Avx2.ShiftRightArithmeticVariable(even, ((products - evenProducts) >>> 23).AsUInt32())
            + Avx2.ShiftRightArithmeticVariable(odd, ((products - oddProducts) >>> 23).AsUInt32());
        Vector256<int> field = c.AsInt32() & Vector256.Create(RoundedDownEnd.Field);
        Vector256<int> dropped = Vector256.LessThan(field, products - Vector256.Create(RoundedDownEnd.Dropped));
        return RoundDown(constants, sum, products, Vector256.AndNot(c, dropped.AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RoundDown(in RoundedDownEnd.Constants<Vector256<int>> constants, Vector256<int> sum, Vector256<int> products, Vector256<float> c)
    {
        Vector256<int> distance = Avx2.SubtractSaturate(
            (c.AsInt32() & Vector256.Create(RoundedDownEnd.Field)).AsUInt16(),
            (products + Vector256.Create(RoundedDownEnd.Reach)).AsUInt16()).AsInt32();
        Vector256<int> cut = distance >>> 23;
        Vector256<int> unit = products + distance;
        Vector256<float> toUnit = (constants.ToUnit - unit).AsSingle();
        Vector256<int> whole = Avx2.ShiftRightArithmeticVariable(sum, cut.AsUInt32())
            + Avx.ConvertToVector256Int32WithTruncation(Vector256.Floor(c * toUnit));
        Vector256<uint> rest = Avx2.ShiftLeftLogicalVariable(sum, (constants.Word - cut).AsUInt32()).AsUInt32();

        // A number has fewer leading zeros than another just where what it has and the other has not is above the other.
        Vector256<uint> magnitude = Vector256.Abs(whole).AsUInt32();
        whole |= Vector256.AndNot(Vector256<int>.One, Vector256.Equals(Vector256.Max(Vector256.AndNot(rest, magnitude), magnitude), magnitude).AsInt32());
        return Avx.ConvertToVector256Single(whole) * (unit - Vector256.Create(RoundedDownEnd.UnitBits)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddHalves(Vector256<int> first, Vector256<int> second, ref Vector256<int> overflow)
    {
        Vector256<int> sum = first + second;
        overflow |= (first ^ sum) & (second ^ sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LoadBytes(byte* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* target, Vector256<byte> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(byte value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Max(Vector256<byte> left, Vector256<byte> right) => Vector256.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Subtract(Vector256<byte> left, Vector256<byte> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LargerCode(Vector256<byte> largest, uint* a, Vector256<byte> b) => Vector256.Max(largest, Vector256.Create(*a).AsByte() + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Tiny(Vector256<byte> tiny, Vector256<byte> largest, Vector256<byte> zero, Vector256<byte> limit) =>
        tiny | Vector256.Min(Avx2.SubtractSaturate(largest, zero), Avx2.SubtractSaturate(limit, largest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector256<byte> tiny, Vector256<int> overflow, Vector256<float> lost) =>
        tiny != Vector256<byte>.Zero || lost != Vector256<float>.Zero || Vector256.LessThanAny(overflow, Vector256<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exponents(byte* exponents) => (Avx2.ConvertToVector256Int32(exponents) << 23).AsSingle();

    // To nearest first, then one step back where that went past the value: the difference has the other sign then. A value that
    // rounds up to 2^31 comes back from the conversion as -2^31; the difference wraps to what it should be.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> RoundTowardZero(Vector256<int> sum)
    {
        Vector256<float> nearest = Avx.ConvertToVector256Single(sum);
        Vector256<int> past = Avx2.Sign(sum - Avx.ConvertToVector256Int32WithTruncation(nearest), sum);
        return (nearest.AsInt32() + (past >> 31)).AsSingle();
    }
}
