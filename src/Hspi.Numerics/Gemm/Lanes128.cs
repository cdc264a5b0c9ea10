using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>Any processor: 4 outputs at once, in operations that .NET gives everywhere.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>, Vector128<int>, Vector128<byte>>
{
    public static int Count => Vector128<int>.Count;

    public static Vector128<float> Zero => Vector128<float>.Zero;

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
    public static Vector128<float> Multiply(Vector128<float> left, Vector128<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> left, Vector128<int> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Subtract(Vector128<int> left, Vector128<int> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> And(Vector128<int> left, Vector128<int> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AsInt(Vector128<float> bits) => bits.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AsFloat(Vector128<int> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LoadBytes(byte* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* target, Vector128<byte> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> BroadcastBytes(uint* source) => Vector128.Create(*source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> BroadcastBytes(byte value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Max(Vector128<byte> left, Vector128<byte> right) => Vector128.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddBytes(Vector128<byte> left, Vector128<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> SubtractSaturate(Vector128<byte> left, Vector128<byte> right) => Vector128.SubtractSaturate(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Truncate(Vector128<float> value) => Vector128.ConvertToInt32(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MaxMagnitude(Vector128<float> value, Vector128<float> positive) => Vector128.Max(Vector128.Abs(value), positive);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadExponents(byte* source) => (Vector128.Create(source[0], source[1], source[2], (int)source[3]) << 23).AsSingle();

    public static Vector128<float> RoundTowardZero(Vector128<int> value) =>
        Vector128.Create(RoundTowardZero(value[0]), RoundTowardZero(value[1]), RoundTowardZero(value[2]), RoundTowardZero(value[3]));

    private static float RoundTowardZero(int value)
    {
        // Only 24 bits survive: clear what lies below them, then the conversion is exact.
        uint magnitude = (uint)Math.Abs((long)value);
        int spare = Math.Max(0, 8 - BitOperations.LeadingZeroCount(magnitude));
        float kept = magnitude >> spare << spare;
        return value < 0 ? -kept : kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Min(Vector128<byte> left, Vector128<byte> right) => Vector128.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNotZero(Vector128<byte> value) => value != Vector128<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Vector128<float> value, Vector128<float> limit) => Vector128.GreaterThanAny(Vector128.Abs(value), limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNegative(Vector128<int> value) => Vector128.LessThanAny(value, Vector128<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Or(Vector128<int> left, Vector128<int> right) => left | right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Overflow(Vector128<int> left, Vector128<int> right, Vector128<int> sum) => (left ^ sum) & (right ^ sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> OneWhereDifferent(Vector128<int> left, Vector128<int> right) => Vector128.AndNot(Vector128.Create(1), Vector128.Equals(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereNotZero(Vector128<float> value, Vector128<float> result) => Vector128.AndNot(result, Vector128.Equals(value, Vector128<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToHalf(Vector128<float> value)
    {
        // The sum of the value and a power of two 13 binades up is rounded to nearest even just where FP16 ends.
        Vector128<int> field = Vector128.Max(value.AsInt32() & Vector128.Create(0x7F800000), Vector128.Create((127 - 14) << 23));
        Vector128<float> anchor = (field + Vector128.Create((13 << 23) | (1 << 22))).AsSingle();
        return (value + anchor) - anchor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> OutsideHalf(Vector128<float> exact, Vector128<float> half)
    {
        Vector128<float> infinite = Vector128.GreaterThan(Vector128.Abs(half), Vector128.Create(65504f));
        Vector128<float> vanished = Vector128.AndNot(Vector128.Equals(half, Vector128<float>.Zero), Vector128.Equals(exact, Vector128<float>.Zero));
        return Vector128<float>.One & (infinite | vanished);
    }
}
