using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        // On cache lines, as the kernel's operands are: from anywhere else, half of the loads would cross one.
        float* a = Aligned<float>(Rows * Terms), b = Aligned<float>(Terms * Columns);
        int* sums = Aligned<int>(Rows * Columns);
        new Span<float>(a, Rows * Terms).Fill(1.25f);
        new Span<float>(b, Terms * Columns).Fill(-0.75f);
        double best = 0;
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < Calls; call++)
            {
                Add(a, b, sums);
            }
            best = Math.Max(best, 1e-9 * Calls * Rows * Columns * Terms / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        NativeMemory.AlignedFree(a);
        NativeMemory.AlignedFree(b);
        NativeMemory.AlignedFree(sums);
        return best;
    }

    private static T* Aligned<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(T)), 64);

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

    // One row by four registers: without AVX-512, a broadcast for each product would be an instruction more.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add256(float* a, float* b, int* sums)
    {
        int n = Vector256<int>.Count;
        Vector256<int> shift = Vector256.Create(3 << 23);
        for (int row = 0; row < Rows; row++, a += Terms, sums += Columns)
        {
            for (int column = 0; column < Columns; column += 4 * n)
            {
                Vector256<int> d0 = Vector256<int>.Zero, d1 = d0, d2 = d0, d3 = d0;
                float* line = b + column;
                for (int k = 0; k < Terms; k += 2, line += 2 * Columns)
                {
                    Vector256<float> left = Vector256.Create(a[k]);
                    d0 += Term(left, line, shift);
                    d1 += Term(left, line + n, shift);
                    d2 += Term(left, line + (2 * n), shift);
                    d3 += Term(left, line + (3 * n), shift);
                    left = Vector256.Create(a[k + 1]);
                    d0 += Term(left, line + Columns, shift);
                    d1 += Term(left, line + Columns + n, shift);
                    d2 += Term(left, line + Columns + (2 * n), shift);
                    d3 += Term(left, line + Columns + (3 * n), shift);
                }
                d0.Store(sums + column);
                d1.Store(sums + column + n);
                d2.Store(sums + column + (2 * n));
                d3.Store(sums + column + (3 * n));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Term(Vector256<float> left, float* right, Vector256<int> shift) =>
        Avx.ConvertToVector256Int32WithTruncation(((left * Vector256.Load(right)).AsInt32() + shift).AsSingle());
}
