using Hspi.Networks.Interpreter;

namespace Hspi.Backends.Engines;

/// <summary>The two products of attention as llama.cpp computes them without flash attention: in fp32, or with both sides rounded to the fp16 of its cache.</summary>
/// <param name="cache">In which format keys and values are kept: queries and shares are rounded to it as well.</param>
internal sealed class LlamaAttention(ElementFormat cache) : IMatrixArithmetic
{
    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns) => new Kept(this, b.ToArray(), terms, columns);

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        var left = a.ToArray();
        cache.Round(left);
        var right = new float[b.Length];
        for (var k = 0; k < terms; k++)
        {
            for (var column = 0; column < columns; column++)
            {
                right[(column * terms) + k] = b[(k * columns) + column];
            }
        }

        cache.Round(right);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                d[(row * columns) + column] = LaneSums.Dot(left.AsSpan(row * terms, terms), right.AsSpan(column * terms, terms));
            }
        }
    }

    private sealed class Kept(LlamaAttention arithmetic, float[] b, int terms, int columns) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d) => arithmetic.Multiply(a, rows, terms, b, columns, d);

        public void Dispose()
        {
        }
    }
}
