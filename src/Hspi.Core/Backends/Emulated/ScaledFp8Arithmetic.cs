using Hspi.Networks.Interpreter;
using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Backends.Emulated;

/// <summary>Products in FP8 as servers quantise them: one scale per weight tensor, one per row of activations at run time.</summary>
/// <remarks>
/// scale = largest magnitude / 448; q = RNE-E4M3(x / scale); d = scale_a · (scale_b · accumulator), two fp32 multiplications.
/// That is vLLM's <c>--quantization fp8</c> with its CUTLASS epilogue (<c>ScaledEpilogue</c>).
/// </remarks>
/// <param name="products">The matrix unit, with E4M3 operands.</param>
public sealed class ScaledFp8Arithmetic(IMatrixArithmetic products) : IMatrixArithmetic
{
    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns)
    {
        var scale = ScaleOf(b);
        var rounded = new float[b.Length];
        Fp8Rounding.Quantise(b, scale, rounded);
        return new Quantised(products.Prepare(rounded, terms, columns), scale, terms, columns);
    }

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        using var prepared = Prepare(b, terms, columns);
        prepared.Multiply(a, rows, d);
    }

    // A row of zeros keeps a scale of 1, so that nothing is divided by zero.
    private static float ScaleOf(ReadOnlySpan<float> values) => MaxMagnitude(values) is var largest && largest == 0 ? 1 : MathF.Abs(largest) / Fp8Rounding.Largest;

    private sealed class Quantised(IRightOperand weights, float weightScale, int terms, int columns) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d)
        {
            var rounded = new float[rows * terms];
            var scales = new float[rows];
            for (var row = 0; row < rows; row++)
            {
                var line = a.Slice(row * terms, terms);
                scales[row] = ScaleOf(line);
                Fp8Rounding.Quantise(line, scales[row], rounded.AsSpan(row * terms, terms));
            }

            weights.Multiply(rounded, rows, d);
            for (var row = 0; row < rows; row++)
            {
                var line = d.Slice(row * columns, columns);
                Multiply(line, weightScale, line);
                Multiply(line, scales[row], line);
            }
        }

        public void Dispose() => weights.Dispose();

        private static void Multiply(ReadOnlySpan<float> line, float scale, Span<float> result) =>
            System.Numerics.Tensors.TensorPrimitives.Multiply(line, scale, result);
    }
}
