using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Sums of rows in fp64, each in index order. Eight rows run side by side: alone, each addition would wait for the one before.</summary>
internal static class RowSums
{
    /// <summary>Rows that are summed at once.</summary>
    public const int Rows = 8;

    /// <summary>Sums <see cref="Rows"/> rows.</summary>
    /// <param name="rows">One behind the other, each of <paramref name="length"/> numbers.</param>
    /// <param name="length">Of each row.</param>
    /// <param name="sums">One per row.</param>
    public static void Of<T>(ReadOnlySpan<T> rows, int length, Span<double> sums)
        where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, Rows * length);
        ref var row0 = ref MemoryMarshal.GetReference(rows);
        ref var row1 = ref Unsafe.Add(ref row0, length);
        ref var row2 = ref Unsafe.Add(ref row1, length);
        ref var row3 = ref Unsafe.Add(ref row2, length);
        ref var row4 = ref Unsafe.Add(ref row3, length);
        ref var row5 = ref Unsafe.Add(ref row4, length);
        ref var row6 = ref Unsafe.Add(ref row5, length);
        ref var row7 = ref Unsafe.Add(ref row6, length);
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0, sum4 = 0, sum5 = 0, sum6 = 0, sum7 = 0;
        for (var i = 0; i < length; i++)
        {
            sum0 += double.CreateTruncating(Unsafe.Add(ref row0, i));
            sum1 += double.CreateTruncating(Unsafe.Add(ref row1, i));
            sum2 += double.CreateTruncating(Unsafe.Add(ref row2, i));
            sum3 += double.CreateTruncating(Unsafe.Add(ref row3, i));
            sum4 += double.CreateTruncating(Unsafe.Add(ref row4, i));
            sum5 += double.CreateTruncating(Unsafe.Add(ref row5, i));
            sum6 += double.CreateTruncating(Unsafe.Add(ref row6, i));
            sum7 += double.CreateTruncating(Unsafe.Add(ref row7, i));
        }

        (sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]) = (sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7);
    }

    /// <summary>The sum of one row.</summary>
    public static double Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, INumber<T>
    {
        var sum = 0.0;
        foreach (var number in row)
        {
            sum += double.CreateTruncating(number);
        }

        return sum;
    }
}
