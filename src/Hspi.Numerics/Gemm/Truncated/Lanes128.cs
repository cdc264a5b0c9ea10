using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>Any processor: 4 outputs at once, in operations that .NET gives everywhere.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>, Vector128<int>, Vector128<byte>>
{
    public static int Count => Vector128<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector128<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float* source) => Vector128.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(int value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Accumulate(Vector128<int> sum, Vector128<float> b, Vector128<float> a, Vector128<int> shift) => sum + Vector128.ConvertToInt32(((b * a).AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Accumulate(Vector128<int> sum, Vector128<float> b, float* a, Vector128<int> shift) => sum + Vector128.ConvertToInt32(((b * Vector128.Create(*a)).AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Select(int column) => Vector128<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Larger(Vector128<float> c, byte* exponents, int column, Vector128<byte> select) =>
        Vector128.Max(Vector128.Abs(c), Exponents(exponents + column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Shift(Vector128<float> largest, Vector128<int> bias) => bias - (largest.AsInt32() & Vector128.Create(0x7F800000));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Shift(Vector128<float> c, Vector128<float> largest, Vector128<int> bias, Vector128<float> smallest)
    {
        Vector128<int> present = Vector128.AndNot(smallest, Vector128.Equals(c, Vector128<float>.Zero)).AsInt32();
        return Vector128.Min(Shift(largest, bias), bias - present);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Shift(byte* exponents, Vector128<int> bias) => bias - Exponents(exponents).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Start(Vector128<float> c, Vector128<int> shift) => Vector128.ConvertToInt32((c.AsInt32() + shift).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Unit(Vector128<int> one, Vector128<int> shift) => (one - shift).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> RoundFp32(Vector128<int> sum, Vector128<float> unit) => RoundTowardZero(sum) * unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> RoundE8M13(Vector128<int> sum, Vector128<float> unit) =>
        (RoundTowardZero(sum).AsInt32() & Vector128.Create(~0x3FF)).AsSingle() * unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> RoundFp16(Vector128<int> sum, Vector128<float> unit, Vector128<float> toTrueScale, Vector128<float> fromTrueScale, ref Vector128<float> lost)
    {
        // Rounded to odd first: a set last bit stands for all that was cut, so that the second rounding sees no false tie.
        Vector128<float> cut = RoundTowardZero(sum);
        Vector128<int> odd = Vector128.AndNot(Vector128.Create(1), Vector128.Equals(Vector128.ConvertToInt32(cut), sum));
        Vector128<float> exact = (cut.AsInt32() | odd).AsSingle() * unit * toTrueScale;

        // The sum of the value and a power of two 13 binades up is rounded to nearest even just where FP16 ends.
        Vector128<int> field = Vector128.Max(exact.AsInt32() & Vector128.Create(0x7F800000), Vector128.Create((127 - 14) << 23));
        Vector128<float> anchor = (field + Vector128.Create((13 << 23) | (1 << 22))).AsSingle();
        Vector128<float> half = (exact + anchor) - anchor;

        Vector128<float> infinite = Vector128.GreaterThan(Vector128.Abs(half), Vector128.Create(65504f));
        Vector128<float> vanished = Vector128.AndNot(Vector128.Equals(half, Vector128<float>.Zero), Vector128.Equals(exact, Vector128<float>.Zero));
        lost |= Vector128<float>.One & (infinite | vanished);
        return half * fromTrueScale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Products(Vector128<int> shift, Vector128<int> bias) => bias - shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Products(byte* exponents) => Exponents(exponents).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> RoundDown(in RoundedDownEnd.Constants<Vector128<int>> constants, Vector128<int> sum, Vector128<int> products, Vector128<float> c) =>
        RoundedDownEnd.Round(Vector256.Create(sum, sum), Vector256.Create(products, products).AsSingle(), Vector256.Create(c, c)).GetLower();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Addend(in RoundedDownEnd.Constants<Vector128<int>> constants, Vector128<int> products, Vector128<float> c)
    {
        // What does not fit would become what the processor makes of it.
        Vector128<float> whole = Vector128.Floor(c * (constants.ToUnit - products).AsSingle());
        return Vector128.ConditionalSelect(
            Vector128.LessThan(Vector128.Abs(whole), Vector128.Create(2f * RoundedDownEnd.Near)).AsInt32(), Vector128.ConvertToInt32Native(whole), Vector128.Create(int.MinValue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreNear(Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth)
    {
        Vector128<int> half = Vector128.Create(RoundedDownEnd.Near);
        return ((first + half) | (second + half) | (third + half) | (fourth + half)).ExtractMostSignificantBits() == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> RoundNear(Vector128<int> sum, Vector128<int> addend, Vector128<int> products) =>
        Vector128.ConvertToSingle(sum + addend) * (products - Vector128.Create(RoundedDownEnd.UnitBits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> RoundDownApart(
        in RoundedDownEnd.Constants<Vector128<int>> constants, Vector128<int> even, Vector128<int> evenProducts, Vector128<int> odd, Vector128<int> oddProducts, Vector128<float> c)
    {
        Vector128<int> products = Vector128.Max(evenProducts, oddProducts);
        Vector128<int> sum = ShiftDown(even, (products - evenProducts) >>> 23) + ShiftDown(odd, (products - oddProducts) >>> 23);
        Vector128<int> field = c.AsInt32() & Vector128.Create(RoundedDownEnd.Field);
        Vector128<int> dropped = Vector128.LessThan(field, products - Vector128.Create(RoundedDownEnd.Dropped));
        return RoundDown(constants, sum, products, Vector128.AndNot(c, dropped.AsSingle()));
    }

    private static Vector128<int> ShiftDown(Vector128<int> sum, Vector128<int> distance)
    {
        distance = Vector128.Min(distance, Vector128.Create(31));
        return Vector128.Create(sum[0] >> distance[0], sum[1] >> distance[1], sum[2] >> distance[2], sum[3] >> distance[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddHalves(Vector128<int> first, Vector128<int> second, ref Vector128<int> overflow)
    {
        Vector128<int> sum = first + second;
        overflow |= (first ^ sum) & (second ^ sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LoadBytes(byte* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* target, Vector128<byte> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Broadcast(byte value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Max(Vector128<byte> left, Vector128<byte> right) => Vector128.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Subtract(Vector128<byte> left, Vector128<byte> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LargerCode(Vector128<byte> largest, uint* a, Vector128<byte> b) => Vector128.Max(largest, Vector128.Create(*a).AsByte() + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Tiny(Vector128<byte> tiny, Vector128<byte> largest, Vector128<byte> zero, Vector128<byte> limit) =>
        tiny | Vector128.Min(Vector128.SubtractSaturate(largest, zero), Vector128.SubtractSaturate(limit, largest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector128<byte> tiny, Vector128<int> overflow, Vector128<float> lost) =>
        tiny != Vector128<byte>.Zero || lost != Vector128<float>.Zero || Vector128.LessThanAny(overflow, Vector128<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Exponents(byte* exponents) => (Vector128.Create(exponents[0], exponents[1], exponents[2], (int)exponents[3]) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> RoundTowardZero(Vector128<int> sum) =>
        Vector128.Create(RoundTowardZero(sum[0]), RoundTowardZero(sum[1]), RoundTowardZero(sum[2]), RoundTowardZero(sum[3]));

    private static float RoundTowardZero(int sum)
    {
        // Only 24 bits survive: clear what lies below them, then the conversion is exact.
        uint magnitude = (uint)Math.Abs((long)sum);
        int spare = Math.Max(0, 8 - BitOperations.LeadingZeroCount(magnitude));
        float kept = magnitude >> spare << spare;
        return sum < 0 ? -kept : kept;
    }
}
