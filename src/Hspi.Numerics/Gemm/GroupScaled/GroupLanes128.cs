using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>Any processor: 2 outputs at once.</summary>
internal readonly unsafe struct GroupLanes128 : IGroupLanes<Vector128<double>>
{
    public static int Count => Vector128<double>.Count;

    public static void Sums(uint* a, byte* b, short* sums)
    {
        short* start = (short*)(b + GroupScaledPanels.StartAt);
        for (int column = 0; column < GroupScaledPanels.PanelColumns; column += Vector128<short>.Count)
        {
            Vector128<short> sum = Vector128.Load(start + column);
            for (int pair = 0; pair < 8; pair++)
            {
                Vector128<short> left = Vector128.Create(a[pair]).AsInt16(), right = Vector128.Load((short*)b + (pair * GroupScaledPanels.PanelColumns) + column);
                sum += (left & Vector128.Create((short)255)) * ((right << 8) >> 8);
                sum += (left >>> 8) * (right >> 8);
            }
            sum.Store(sums + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(float* source) => Vector128.Create(source[0], (double)source[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(short* source) => Vector128.Create(source[0], (double)source[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTowardZero(float* target, Vector128<double> value)
    {
        Vector128<double> kept = (value.AsInt64() & Vector128.Create(GroupScaledEnd.Kept)).AsDouble();
        target[0] = (float)kept[0];
        target[1] = (float)kept[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Broadcast(double value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Multiply(Vector128<double> left, Vector128<double> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Multiply(double* a, double* b) => Vector128.Load(b) * Vector128.Create(*a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Add(Vector128<double> left, Vector128<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Truncate(Vector128<double> value) => Vector128.Truncate(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Larger(Vector128<double> largest, double* powerA, double* powerB, long* presentA, long* presentB)
    {
        Vector128<long> absent = Vector128.Equals(Vector128.Load(presentB) & Vector128.Create(*presentA), Vector128<long>.Zero);
        return Vector128.MaxNative(largest, Vector128.AndNot(Multiply(powerA, powerB), absent.AsDouble()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Larger(Vector128<double> largest, Vector128<double> c) =>
        Vector128.MaxNative(largest, (c.AsInt64() & Vector128.Create(GroupScaledEnd.Field)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Over(int bits, Vector128<double> power) => (Vector128.Create((long)(1023 + 1023 + bits) << 52) - power.AsInt64()).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Outside(Vector128<double> outside, Vector128<double> value)
    {
        Vector128<double> magnitude = Vector128.Abs(value);
        Vector128<double> inside = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(GroupScaledEnd.Smallest))
            & Vector128.LessThan(magnitude, Vector128.Create(GroupScaledEnd.Infinite));
        return outside | Vector128.AndNot(Vector128<double>.AllBitsSet, inside | Vector128.Equals(value, Vector128<double>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector128<double> outside) => outside.AsInt64() != Vector128<long>.Zero;
}
