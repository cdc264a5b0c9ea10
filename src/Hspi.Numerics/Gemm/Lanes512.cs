using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>AVX-512: 16 outputs at once; rounding toward zero is part of the conversion instruction.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>, Vector512<int>, Vector512<byte>>
{
    public static int Count => Vector512<int>.Count;

    public static Vector512<float> Zero => Vector512<float>.Zero;

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
    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> left, Vector512<int> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Subtract(Vector512<int> left, Vector512<int> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> And(Vector512<int> left, Vector512<int> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AsInt(Vector512<float> bits) => bits.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AsFloat(Vector512<int> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LoadBytes(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* target, Vector512<byte> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> BroadcastBytes(uint* source) => Vector512.Create(*source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> BroadcastBytes(byte value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Max(Vector512<byte> left, Vector512<byte> right) => Vector512.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddBytes(Vector512<byte> left, Vector512<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> SubtractSaturate(Vector512<byte> left, Vector512<byte> right) => Avx512BW.SubtractSaturate(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Truncate(Vector512<float> value) => Avx512F.ConvertToVector512Int32WithTruncation(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundTowardZero(Vector512<int> value) => Avx512F.ConvertToVector512Single(value, FloatRoundingMode.ToZero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MaxMagnitude(Vector512<float> value, Vector512<float> positive) => Avx512DQ.Range(value, positive, 0b1011);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadExponents(byte* source) => (Avx512F.ConvertToVector512Int32(Vector128.Load(source)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Min(Vector512<byte> left, Vector512<byte> right) => Vector512.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNotZero(Vector512<byte> value) => value != Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Vector512<float> value, Vector512<float> limit) => Vector512.GreaterThanAny(Vector512.Abs(value), limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNegative(Vector512<int> value) => Vector512.LessThanAny(value, Vector512<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Or(Vector512<int> left, Vector512<int> right) => left | right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Overflow(Vector512<int> left, Vector512<int> right, Vector512<int> sum) => (left ^ sum) & (right ^ sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> OneWhereDifferent(Vector512<int> left, Vector512<int> right) => Vector512.AndNot(Vector512.Create(1), Vector512.Equals(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereNotZero(Vector512<float> value, Vector512<float> result) => Vector512.AndNot(result, Vector512.Equals(value, Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToHalf(Vector512<float> value)
    {
        // The sum of the value and a power of two 13 binades up is rounded to nearest even just where FP16 ends.
        Vector512<int> field = Vector512.Max(value.AsInt32() & Vector512.Create(0x7F800000), Vector512.Create((127 - 14) << 23));
        Vector512<float> anchor = (field + Vector512.Create((13 << 23) | (1 << 22))).AsSingle();
        return (value + anchor) - anchor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OutsideHalf(Vector512<float> exact, Vector512<float> half)
    {
        Vector512<float> infinite = Vector512.GreaterThan(Vector512.Abs(half), Vector512.Create(65504f));
        Vector512<float> vanished = Vector512.AndNot(Vector512.Equals(half, Vector512<float>.Zero), Vector512.Equals(exact, Vector512<float>.Zero));
        return Vector512<float>.One & (infinite | vanished);
    }
}
