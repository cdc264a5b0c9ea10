using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Benchmarks;

/// <summary>The four operations of the emulation and nothing else, on operands in the first-level cache: no kernel made of them can be
/// faster on this processor.</summary>
internal static unsafe class FourOperations
{
    private const int Rows = 4;
    private const int Columns = 64;
    private const int Terms = 64;

    /// <summary>G multiply-adds per second, the best of <paramref name="repetitions"/> runs of about 20 ms.</summary>
    public static double Speed(int repetitions)
    {
        const int Calls = 32_000;
        float[] a = new float[Rows * Terms], b = new float[Terms * Columns];
        int[] sums = new int[Rows * Columns];
        Array.Fill(a, 1.25f);
        Array.Fill(b, -0.75f);
        double best = 0;
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            long start = Stopwatch.GetTimestamp();
            fixed (float* left = a, right = b)
            fixed (int* target = sums)
            {
                for (int call = 0; call < Calls; call++)
                {
                    Add(left, right, target);
                }
            }
            best = Math.Max(best, 1e-9 * Calls * Rows * Columns * Terms / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    private static void Add(float* a, float* b, int* sums)
    {
        if (Avx512F.IsSupported)
        {
            Add512(a, b, sums);
        }
        else
        {
            Add256(a, b, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add512(float* a, float* b, int* sums)
    {
        Vector512<int> shift = Vector512.Create(3 << 23);
        for (int column = 0; column < Columns; column += Vector512<int>.Count)
        {
            Vector512<int> d0 = Vector512<int>.Zero, d1 = d0, d2 = d0, d3 = d0;
            float* line = b + column;
            for (int k = 0; k < Terms; k++, line += Columns)
            {
                Vector512<float> right = Vector512.Load(line);
                d0 += Avx512F.ConvertToVector512Int32WithTruncation(((right * Vector512.Create(a[k])).AsInt32() + shift).AsSingle());
                d1 += Avx512F.ConvertToVector512Int32WithTruncation(((right * Vector512.Create(a[k + Terms])).AsInt32() + shift).AsSingle());
                d2 += Avx512F.ConvertToVector512Int32WithTruncation(((right * Vector512.Create(a[k + (2 * Terms)])).AsInt32() + shift).AsSingle());
                d3 += Avx512F.ConvertToVector512Int32WithTruncation(((right * Vector512.Create(a[k + (3 * Terms)])).AsInt32() + shift).AsSingle());
            }
            d0.Store(sums + column);
            d1.Store(sums + Columns + column);
            d2.Store(sums + (2 * Columns) + column);
            d3.Store(sums + (3 * Columns) + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add256(float* a, float* b, int* sums)
    {
        Vector256<int> shift = Vector256.Create(3 << 23);
        for (int column = 0; column < Columns; column += Vector256<int>.Count)
        {
            Vector256<int> d0 = Vector256<int>.Zero, d1 = d0, d2 = d0, d3 = d0;
            float* line = b + column;
            for (int k = 0; k < Terms; k++, line += Columns)
            {
                Vector256<float> right = Vector256.Load(line);
                d0 += Avx.ConvertToVector256Int32WithTruncation(((right * Vector256.Create(a[k])).AsInt32() + shift).AsSingle());
                d1 += Avx.ConvertToVector256Int32WithTruncation(((right * Vector256.Create(a[k + Terms])).AsInt32() + shift).AsSingle());
                d2 += Avx.ConvertToVector256Int32WithTruncation(((right * Vector256.Create(a[k + (2 * Terms)])).AsInt32() + shift).AsSingle());
                d3 += Avx.ConvertToVector256Int32WithTruncation(((right * Vector256.Create(a[k + (3 * Terms)])).AsInt32() + shift).AsSingle());
            }
            d0.Store(sums + column);
            d1.Store(sums + Columns + column);
            d2.Store(sums + (2 * Columns) + column);
            d3.Store(sums + (3 * Columns) + column);
        }
    }
}
