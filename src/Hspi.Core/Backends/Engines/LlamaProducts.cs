using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Models;

namespace Hspi.Backends.Engines;

/// <summary>Products with weights as llama.cpp computes them on a processor: activations are rounded to the partner of the weights' format just before.</summary>
/// <remarks>
/// Partners: blocks of 32 values (q8_0) for q8_0, q5_0, q4_0, q5_1 and q4_1; of 256 (q8_K) for k-quants; bfloat16 for bf16; none for f16 and f32.
/// Sums are those of AVX-512 and AVX2 kernels: sixteen chains of fused multiply-adds for plain numbers, eight for blocks of 32, added by halves.
/// Measured against a real server: docs/computed-measured.md.
/// </remarks>
/// <param name="format">How the weights are stored.</param>
/// <param name="threads">Threads per product; no bit depends on it.</param>
internal sealed class LlamaProducts(WeightFormat format, int threads) : IMatrixArithmetic
{
    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns)
    {
        // Each column's terms lie together.
        var turned = new float[b.Length];
        for (var k = 0; k < terms; k++)
        {
            for (var column = 0; column < columns; column++)
            {
                turned[(column * terms) + k] = b[(k * columns) + column];
            }
        }

        if (format.BlockLength == QuantisedRow.SmallBlock)
        {
            for (var column = 0; column < columns; column++)
            {
                QuantisedRow.Interleave(turned.AsSpan(column * terms, terms));
            }
        }

        return new Weights(format, turned, terms, columns, threads);
    }

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        using var prepared = Prepare(b, terms, columns);
        prepared.Multiply(a, rows, d);
    }

    private sealed class Weights(WeightFormat format, float[] turned, int terms, int columns, int threads) : IRightOperand
    {
        // About 50 microseconds of work.
        private const int LeastTerms = 1 << 17;

        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d)
        {
            var result = new float[rows * columns];
            for (var row = 0; row < rows; row++)
            {
                var (values, at) = (a.Slice(row * terms, terms).ToArray(), row * columns);
                var quantised = QuantisedRow.Of(format, values);
                var parts = threads == 1 ? 1 : Math.Clamp(terms * columns / LeastTerms, 1, 4 * threads);
                if (parts == 1)
                {
                    Columns(quantised, values, 0, columns, result, at);
                    continue;
                }

                var each = (columns + parts - 1) / parts;
                Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => Columns(quantised, values, part * each, Math.Min(columns, (part + 1) * each), result, at));
            }

            result.CopyTo(d);
        }

        public void Dispose()
        {
        }

        private void Columns(QuantisedRow? quantised, float[] values, int first, int end, float[] result, int at)
        {
            for (var column = first; column < end; column++)
            {
                var weights = turned.AsSpan(column * terms, terms);
                result[at + column] = quantised is null ? LaneSums.Dot(values, weights) : quantised.Dot(weights);
            }
        }
    }
}

/// <summary>A row of activations in blocks of whole numbers, or rounded to 16 bits.</summary>
internal sealed class QuantisedRow
{
    /// <summary>Values that share a scale beside weights in blocks of 32.</summary>
    public const int SmallBlock = 32;

    private const int LargeBlock = 256;
    private const int Group = 4; // bytes that one 32-bit lane adds up
    private const int Lanes = SmallBlock / Group;

    private readonly float[] _numbers;
    private readonly float[] _scales;

    private QuantisedRow(float[] numbers, float[] scales) => (_numbers, _scales) = (numbers, scales);

    /// <summary>Rounds a row for weights of <paramref name="format"/>; null where the row stays numbers, which are then rounded in place.</summary>
    public static QuantisedRow? Of(WeightFormat format, float[] row)
    {
        if (format == WeightFormat.BF16)
        {
            ElementFormat.BFloat16.Round(row);
            return null;
        }

        return format.BlockLength switch
        {
            SmallBlock => Small(row),
            LargeBlock => Large(row),
            _ => null,
        };
    }

    /// <summary>Puts the values of each block so that those with which the eight lanes begin come first, then those with which they go on.</summary>
    public static void Interleave(Span<float> values)
    {
        Span<float> block = stackalloc float[SmallBlock];
        for (var at = 0; at < values.Length; at += SmallBlock)
        {
            values.Slice(at, SmallBlock).CopyTo(block);
            for (var i = 0; i < SmallBlock; i++)
            {
                values[at + (i % Group * Lanes) + (i / Group)] = block[i];
            }
        }
    }

    /// <summary>The sum of this row times a column of weights, which lies <see cref="Interleave">interleaved</see> beside small blocks.</summary>
    public float Dot(ReadOnlySpan<float> weights) => _numbers.Length / _scales.Length == SmallBlock ? SmallDot(weights) : LargeDot(weights);

    // Per block: d = max / 127, q = x · (127 / max) to the nearest even; d is kept in half precision.
    private static QuantisedRow Small(float[] row)
    {
        var scales = new float[row.Length / SmallBlock];
        for (var block = 0; block < scales.Length; block++)
        {
            var values = row.AsSpan(block * SmallBlock, SmallBlock);
            var largest = TensorPrimitives.MaxMagnitude<float>(values);
            var most = MathF.Abs(largest);
            var inverse = most == 0 ? 0 : 127f / most;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = MathF.Round(values[i] * inverse);
            }

            scales[block] = (float)(Half)(most / 127f);
        }

        Interleave(row);
        return new QuantisedRow(row, scales);
    }

    // Per 256: the value of largest magnitude becomes -127, d = 1 / scale stays fp32.
    private static QuantisedRow Large(float[] row)
    {
        var scales = new float[row.Length / LargeBlock];
        for (var block = 0; block < scales.Length; block++)
        {
            var values = row.AsSpan(block * LargeBlock, LargeBlock);
            var largest = 0f;
            foreach (var value in values)
            {
                largest = MathF.Abs(value) > MathF.Abs(largest) ? value : largest;
            }

            if (largest == 0)
            {
                values.Clear();
                continue;
            }

            var inverse = -127f / largest;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = MathF.Min(127, MathF.Round(values[i] * inverse));
            }

            scales[block] = 1 / inverse;
        }

        return new QuantisedRow(row, scales);
    }

    // Products of four bytes are exact whole numbers; times both scales they are added to a lane in one rounding.
    private float SmallDot(ReadOnlySpan<float> weights)
    {
        ref var left = ref MemoryMarshal.GetArrayDataReference(_numbers);
        ref var right = ref MemoryMarshal.GetReference(weights);
        var sums = Vector256<float>.Zero;
        for (var block = 0; block < _scales.Length; block++)
        {
            var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
            for (var group = 0; group < Group; group++)
            {
                var at = (nuint)((block * SmallBlock) + (group * Lanes));
                var (a, b) = (Vector256.LoadUnsafe(ref left, at), Vector256.LoadUnsafe(ref right, at));
                low = Vector256.FusedMultiplyAdd(Vector256.WidenLower(a), Vector256.WidenLower(b), low);
                high = Vector256.FusedMultiplyAdd(Vector256.WidenUpper(a), Vector256.WidenUpper(b), high);
            }

            var scale = Vector256.Create((double)_scales[block]);
            sums = Vector256.Narrow(
                Vector256.FusedMultiplyAdd(low, scale, Vector256.WidenLower(sums)),
                Vector256.FusedMultiplyAdd(high, scale, Vector256.WidenUpper(sums)));
        }

        return LaneSums.Add(sums);
    }

    private float LargeDot(ReadOnlySpan<float> weights)
    {
        var sum = 0f;
        for (var block = 0; block < _scales.Length; block++)
        {
            var exact = 0.0;
            for (var i = block * LargeBlock; i < (block + 1) * LargeBlock; i++)
            {
                exact += (double)_numbers[i] * weights[i];
            }

            sum += (float)(exact * _scales[block]);
        }

        return sum;
    }
}
