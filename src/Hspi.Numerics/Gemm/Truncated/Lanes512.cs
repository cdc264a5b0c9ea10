using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>AVX-512: 16 outputs at once; rounding toward zero is part of the conversion instruction.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>, Vector512<int>, Vector512<byte>>
{
    // The larger of the two magnitudes, without sign.
    private const byte AbsoluteMaximum = 0b1011;

    // Bit offsets into eight bytes, a byte each: the third and the fourth byte of a float begin so that byte 0 (low float) and byte 1
    // (high float) fall on the exponent field. What falls beside it is in the sign and the fraction, where it does no harm.
    private const ulong FirstFields = 0x09010000_01390000;

    public static int Count => Vector512<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float* source) => Vector512.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(int value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Accumulate(Vector512<int> sum, Vector512<float> b, Vector512<float> a, Vector512<int> shift) => sum + Avx512F.ConvertToVector512Int32WithTruncation(((b * a).AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Accumulate(Vector512<int> sum, Vector512<float> b, float* a, Vector512<int> shift) => sum + Avx512F.ConvertToVector512Int32WithTruncation(((b * Vector512.Create(*a)).AsInt32() + shift).AsSingle());

    // Asks the processor itself: the compiler drops the other branch before it inlines only then, and saves some moves for each block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Select(int column) => Avx512Vbmi.IsSupported
        ? Vector512.Create(FirstFields).AsByte() + Vector512.Create((byte)column)
        : Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Larger(Vector512<float> c, byte* exponents, int column, Vector512<byte> select) => Avx512DQ.Range(
        c,
        Avx512Vbmi.IsSupported
            ? Avx512Vbmi.MultiShift(select, Vector512.Load((ulong*)exponents)).AsSingle()
            : Exponents(exponents + column),
        AbsoluteMaximum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Shift(Vector512<float> largest, Vector512<int> bias) => bias - (largest.AsInt32() & Vector512.Create(0x7F800000));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Shift(Vector512<float> c, Vector512<float> largest, Vector512<int> bias, Vector512<float> smallest)
    {
        Vector512<int> shift = Shift(largest, bias);
        return Vector512.ConditionalSelect(Vector512.Equals(c, Vector512<float>.Zero).AsInt32(), shift, Vector512.Min(shift, bias - smallest.AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Shift(byte* exponents, Vector512<int> bias) => bias - Exponents(exponents).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Start(Vector512<float> c, Vector512<int> shift) => Avx512F.ConvertToVector512Int32WithTruncation((c.AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Unit(Vector512<int> one, Vector512<int> shift) => (one - shift).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundFp32(Vector512<int> sum, Vector512<float> unit) => RoundTowardZero(sum) * unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundE8M13(Vector512<int> sum, Vector512<float> unit) =>
        (RoundTowardZero(sum).AsInt32() & Vector512.Create(~0x3FF)).AsSingle() * unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundFp16(Vector512<int> sum, Vector512<float> unit, Vector512<float> toTrueScale, Vector512<float> fromTrueScale, ref Vector512<float> lost)
    {
        // Rounded to odd first: a set last bit stands for all that was cut, so that the second rounding sees no false tie.
        Vector512<float> cut = RoundTowardZero(sum);
        Vector512<int> whole = Vector512.Equals(Avx512F.ConvertToVector512Int32WithTruncation(cut), sum);
        Vector512<float> exact = Vector512.ConditionalSelect(whole, cut.AsInt32(), cut.AsInt32() | Vector512<int>.One).AsSingle() * unit * toTrueScale;

        // The sum of the value and a power of two 13 binades up is rounded to nearest even just where FP16 ends.
        Vector512<int> field = Vector512.Max(exact.AsInt32() & Vector512.Create(0x7F800000), Vector512.Create((127 - 14) << 23));
        Vector512<float> anchor = (field + Vector512.Create((13 << 23) | (1 << 22))).AsSingle();
        Vector512<float> half = (exact + anchor) - anchor;

        // An infinity, or a zero that was none: then one of its bits is set.
        Vector512<float> infinite = Vector512.GreaterThan(Vector512.Abs(half), Vector512.Create(65504f));
        lost = Vector512.ConditionalSelect(infinite, lost | Vector512<float>.One, lost);
        lost = Vector512.ConditionalSelect(Vector512.Equals(half, Vector512<float>.Zero), lost | exact, lost);
        return half * fromTrueScale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Products(Vector512<int> shift, Vector512<int> bias) => bias - shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Products(byte* exponents) => Exponents(exponents).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Addend(in RoundedDownEnd.Constants<Vector512<int>> constants, Vector512<int> products, Vector512<float> c) =>
        Avx512F.ConvertToVector512Int32(c * (constants.ToUnit - products).AsSingle(), FloatRoundingMode.ToNegativeInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreNear(Vector512<int> first, Vector512<int> second, Vector512<int> third, Vector512<int> fourth)
    {
        Vector512<int> half = Vector512.Create(RoundedDownEnd.Near);
        return ((first + half) | (second + half) | (third + half) | (fourth + half)).ExtractMostSignificantBits() == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundNear(Vector512<int> sum, Vector512<int> addend, Vector512<int> products) =>
        Vector512.ConvertToSingle(sum + addend) * (products - Vector512.Create(RoundedDownEnd.UnitBits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundDownApart(in RoundedDownEnd.Constants<Vector512<int>> constants, Vector512<int> even, Vector512<int> evenProducts, Vector512<int> odd, Vector512<int> oddProducts, Vector512<float> c)
    {
        Vector512<int> products = Vector512.Max(evenProducts, oddProducts);
        Vector512<int> sum = Avx512F.ShiftRightArithmeticVariable(even, ((products - evenProducts) >>> 23).AsUInt32())
            + Avx512F.ShiftRightArithmeticVariable(odd, ((products - oddProducts) >>> 23).AsUInt32());
        Vector512<int> field = c.AsInt32() & Vector512.Create(RoundedDownEnd.Field);
        Vector512<int> dropped = Vector512.LessThan(field, products - Vector512.Create(RoundedDownEnd.Dropped));
        return RoundDown(constants, sum, products, Vector512.AndNot(c, dropped.AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundDown(in RoundedDownEnd.Constants<Vector512<int>> constants, Vector512<int> sum, Vector512<int> products, Vector512<float> c)
    {
        Vector512<int> distance = Avx512BW.SubtractSaturate(
            (c.AsInt32() & Vector512.Create(RoundedDownEnd.Field)).AsUInt16(),
            (products + Vector512.Create(RoundedDownEnd.Reach)).AsUInt16()).AsInt32();
        Vector512<int> cut = distance >>> 23;
        Vector512<int> unit = products + distance;
        Vector512<float> toUnit = (constants.ToUnit - unit).AsSingle();
        Vector512<int> whole = Avx512F.ShiftRightArithmeticVariable(sum, cut.AsUInt32())
            + Avx512F.ConvertToVector512Int32(c * toUnit, FloatRoundingMode.ToNegativeInfinity);
        Vector512<uint> rest = Avx512F.ShiftLeftLogicalVariable(sum, (constants.Word - cut).AsUInt32()).AsUInt32();

        // A number has fewer leading zeros than another just where what it has and the other has not is above the other.
        Vector512<uint> magnitude = Vector512.Abs(whole).AsUInt32();
        whole = Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.AndNot(rest, magnitude), magnitude).AsInt32(), whole | Vector512<int>.One, whole);
        return Vector512.ConvertToSingle(whole) * (unit - Vector512.Create(RoundedDownEnd.UnitBits)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddHalves(Vector512<int> first, Vector512<int> second, ref Vector512<int> overflow)
    {
        Vector512<int> sum = first + second;
        overflow |= (first ^ sum) & (second ^ sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LoadBytes(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* target, Vector512<byte> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(byte value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Max(Vector512<byte> left, Vector512<byte> right) => Vector512.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Subtract(Vector512<byte> left, Vector512<byte> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LargerCode(Vector512<byte> largest, uint* a, Vector512<byte> b) => Vector512.Max(largest, Vector512.Create(*a).AsByte() + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Tiny(Vector512<byte> tiny, Vector512<byte> largest, Vector512<byte> zero, Vector512<byte> limit) =>
        tiny | Vector512.Min(Avx512BW.SubtractSaturate(largest, zero), Avx512BW.SubtractSaturate(limit, largest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector512<byte> tiny, Vector512<int> overflow, Vector512<float> lost) =>
        tiny != Vector512<byte>.Zero || lost != Vector512<float>.Zero || Vector512.LessThanAny(overflow, Vector512<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Exponents(byte* exponents) => (Avx512F.ConvertToVector512Int32(Vector128.Load(exponents)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> RoundTowardZero(Vector512<int> sum) => Avx512F.ConvertToVector512Single(sum, FloatRoundingMode.ToZero);
}
