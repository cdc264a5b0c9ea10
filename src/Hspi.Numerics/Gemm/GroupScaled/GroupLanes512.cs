using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>AVX-512: 8 outputs at once.</summary>
internal readonly unsafe struct GroupLanes512 : IGroupLanes<Vector512<double>>
{
    public static int Count => Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sums(uint* a, byte* b, short* sums)
    {
        Vector512<short> first = Vector512.Load((short*)(b + GroupScaledPanels.StartAt)), second = Vector512.Load((short*)(b + GroupScaledPanels.StartAt + 64));
        for (int pair = 0; pair < 8; pair++, b += 128)
        {
            Vector512<byte> left = Vector512.Create(a[pair]).AsByte();
            first += Avx512BW.MultiplyAddAdjacent(left, Vector512.Load((sbyte*)b));
            second += Avx512BW.MultiplyAddAdjacent(left, Vector512.Load((sbyte*)b + 64));
        }
        first.Store(sums);
        second.Store(sums + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(float* source) => Avx512F.ConvertToVector512Double(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(short* source) => Avx512F.ConvertToVector512Double(Avx2.ConvertToVector256Int32(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTowardZero(float* target, Vector512<double> value) =>
        Avx512F.ConvertToVector256Single((value.AsInt64() & Vector512.Create(GroupScaledEnd.Kept)).AsDouble()).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> left, Vector512<double> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(double* a, double* b) => Vector512.Load(b) * Vector512.Create(*a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> left, Vector512<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Truncate(Vector512<double> value) => Vector512.Truncate(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Larger(Vector512<double> largest, double* powerA, double* powerB, long* presentA, long* presentB)
    {
        Vector512<long> absent = Vector512.Equals(Vector512.Load(presentB) & Vector512.Create(*presentA), Vector512<long>.Zero);
        return Vector512.MaxNative(largest, Vector512.AndNot(Multiply(powerA, powerB), absent.AsDouble()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Larger(Vector512<double> largest, Vector512<double> c) =>
        Vector512.MaxNative(largest, (c.AsInt64() & Vector512.Create(GroupScaledEnd.Field)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Over(int bits, Vector512<double> power) => (Vector512.Create((long)(1023 + 1023 + bits) << 52) - power.AsInt64()).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Outside(Vector512<double> outside, Vector512<double> value)
    {
        Vector512<double> magnitude = Vector512.Abs(value);
        Vector512<double> inside = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(GroupScaledEnd.Smallest))
            & Vector512.LessThan(magnitude, Vector512.Create(GroupScaledEnd.Infinite));
        return outside | Vector512.AndNot(Vector512<double>.AllBitsSet, inside | Vector512.Equals(value, Vector512<double>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector512<double> outside) => outside.AsInt64() != Vector512<long>.Zero;
}
