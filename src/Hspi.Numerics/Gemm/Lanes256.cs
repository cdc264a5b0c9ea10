using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>AVX2: 8 outputs at once; rounding toward zero takes five instructions more.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>, Vector256<int>, Vector256<byte>>
{
    public static int Count => Vector256<int>.Count;

    public static Vector256<float> Zero => Vector256<float>.Zero;

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
    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> left, Vector256<int> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Subtract(Vector256<int> left, Vector256<int> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> And(Vector256<int> left, Vector256<int> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AsInt(Vector256<float> bits) => bits.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AsFloat(Vector256<int> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LoadBytes(byte* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* target, Vector256<byte> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> BroadcastBytes(uint* source) => Vector256.Create(*source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> BroadcastBytes(byte value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Max(Vector256<byte> left, Vector256<byte> right) => Vector256.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddBytes(Vector256<byte> left, Vector256<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> SubtractSaturate(Vector256<byte> left, Vector256<byte> right) => Avx2.SubtractSaturate(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Truncate(Vector256<float> value) => Avx.ConvertToVector256Int32WithTruncation(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MaxMagnitude(Vector256<float> value, Vector256<float> positive) => Avx.Max(Vector256.Abs(value), positive);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadExponents(byte* source) => (Avx2.ConvertToVector256Int32(source) << 23).AsSingle();

    // To nearest first, then one step back where that went past the value: the difference has the other sign then. A value that
    // rounds up to 2^31 comes back from the conversion as -2^31; the difference wraps to what it should be.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RoundTowardZero(Vector256<int> value)
    {
        Vector256<float> nearest = Avx.ConvertToVector256Single(value);
        Vector256<int> past = Avx2.Sign(value - Avx.ConvertToVector256Int32WithTruncation(nearest), value);
        return (nearest.AsInt32() + (past >> 31)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Min(Vector256<byte> left, Vector256<byte> right) => Vector256.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNotZero(Vector256<byte> value) => value != Vector256<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Vector256<float> value, Vector256<float> limit) => Vector256.GreaterThanAny(Vector256.Abs(value), limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNegative(Vector256<int> value) => Vector256.LessThanAny(value, Vector256<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Or(Vector256<int> left, Vector256<int> right) => left | right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Overflow(Vector256<int> left, Vector256<int> right, Vector256<int> sum) => (left ^ sum) & (right ^ sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> OneWhereDifferent(Vector256<int> left, Vector256<int> right) => Vector256.AndNot(Vector256.Create(1), Vector256.Equals(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereNotZero(Vector256<float> value, Vector256<float> result) => Vector256.AndNot(result, Vector256.Equals(value, Vector256<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToHalf(Vector256<float> value)
    {
        // The sum of the value and a power of two 13 binades up is rounded to nearest even just where FP16 ends.
        Vector256<int> field = Vector256.Max(value.AsInt32() & Vector256.Create(0x7F800000), Vector256.Create((127 - 14) << 23));
        Vector256<float> anchor = (field + Vector256.Create((13 << 23) | (1 << 22))).AsSingle();
        return (value + anchor) - anchor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> OutsideHalf(Vector256<float> exact, Vector256<float> half)
    {
        Vector256<float> infinite = Vector256.GreaterThan(Vector256.Abs(half), Vector256.Create(65504f));
        Vector256<float> vanished = Vector256.AndNot(Vector256.Equals(half, Vector256<float>.Zero), Vector256.Equals(exact, Vector256<float>.Zero));
        return Vector256<float>.One & (infinite | vanished);
    }
}
