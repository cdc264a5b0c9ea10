using System.Runtime.Intrinsics;

namespace Hspi.Networks.Interpreter;

/// <summary>fp32, each output one chain of fused multiply-adds in ascending k from +0: what a CUDA core or a plain loop with FMA computes.</summary>
public sealed class SequentialArithmetic : IMatrixArithmetic
{
    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns) => new Kept(this, b.ToArray(), terms, columns);

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        d[..(rows * columns)].Clear();
        for (var row = 0; row < rows; row++)
        {
            var sums = d.Slice(row * columns, columns);
            for (var k = 0; k < terms; k++)
            {
                Accumulate(a[(row * terms) + k], b.Slice(k * columns, columns), sums);
            }
        }
    }

    private static void Accumulate(float factor, ReadOnlySpan<float> line, Span<float> sums)
    {
        var at = 0;
        for (; at <= sums.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            Vector256.FusedMultiplyAdd(Vector256.Create(factor), Vector256.Create(line[at..]), Vector256.Create<float>(sums[at..])).CopyTo(sums[at..]);
        }

        for (; at < sums.Length; at++)
        {
            sums[at] = MathF.FusedMultiplyAdd(factor, line[at], sums[at]);
        }
    }

    private sealed class Kept(SequentialArithmetic arithmetic, float[] b, int terms, int columns) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d) => arithmetic.Multiply(a, rows, terms, b, columns, d);

        public void Dispose()
        {
        }
    }
}
