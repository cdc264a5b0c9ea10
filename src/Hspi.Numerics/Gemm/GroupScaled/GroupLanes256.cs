using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>AVX2: 4 outputs at once.</summary>
internal readonly unsafe struct GroupLanes256 : IGroupLanes<Vector256<double>>
{
    public static int Count => Vector256<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sums(uint* a, byte* b, short* sums)
    {
        short* start = (short*)(b + GroupScaledPanels.StartAt);
        Vector256<short> s0 = Vector256.Load(start), s1 = Vector256.Load(start + 16), s2 = Vector256.Load(start + 32), s3 = Vector256.Load(start + 48);
        for (int pair = 0; pair < 8; pair++, b += 128)
        {
            Vector256<byte> left = Vector256.Create(a[pair]).AsByte();
            s0 += Avx2.MultiplyAddAdjacent(left, Vector256.Load((sbyte*)b));
            s1 += Avx2.MultiplyAddAdjacent(left, Vector256.Load((sbyte*)b + 32));
            s2 += Avx2.MultiplyAddAdjacent(left, Vector256.Load((sbyte*)b + 64));
            s3 += Avx2.MultiplyAddAdjacent(left, Vector256.Load((sbyte*)b + 96));
        }
        s0.Store(sums);
        s1.Store(sums + 16);
        s2.Store(sums + 32);
        s3.Store(sums + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(float* source) => Avx.ConvertToVector256Double(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(short* source) => Avx.ConvertToVector256Double(Sse41.ConvertToVector128Int32(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTowardZero(float* target, Vector256<double> value) =>
        Avx.ConvertToVector128Single((value.AsInt64() & Vector256.Create(GroupScaledEnd.Kept)).AsDouble()).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(Vector256<double> left, Vector256<double> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(double* a, double* b) => Vector256.Load(b) * Vector256.Create(*a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> left, Vector256<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Truncate(Vector256<double> value) => Vector256.Truncate(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Larger(Vector256<double> largest, double* powerA, double* powerB, long* presentA, long* presentB)
    {
        Vector256<long> absent = Vector256.Equals(Vector256.Load(presentB) & Vector256.Create(*presentA), Vector256<long>.Zero);
        return Vector256.MaxNative(largest, Vector256.AndNot(Multiply(powerA, powerB), absent.AsDouble()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Larger(Vector256<double> largest, Vector256<double> c) =>
        Vector256.MaxNative(largest, (c.AsInt64() & Vector256.Create(GroupScaledEnd.Field)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Over(int bits, Vector256<double> power) => (Vector256.Create((long)(1023 + 1023 + bits) << 52) - power.AsInt64()).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Outside(Vector256<double> outside, Vector256<double> value)
    {
        Vector256<double> magnitude = Vector256.Abs(value);
        Vector256<double> inside = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(GroupScaledEnd.Smallest))
            & Vector256.LessThan(magnitude, Vector256.Create(GroupScaledEnd.Infinite));
        return outside | Vector256.AndNot(Vector256<double>.AllBitsSet, inside | Vector256.Equals(value, Vector256<double>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector256<double> outside) => outside.AsInt64() != Vector256<long>.Zero;
}
