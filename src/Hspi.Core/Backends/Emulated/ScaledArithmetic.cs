using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Backends.Emulated;

/// <summary>Products of 8-bit and narrower numbers as servers quantise them: one scale per weight tensor, one per row of activations at run time.</summary>
/// <remarks>
/// scale = largest magnitude / largest number; q = RNE(x / scale); d = scale_a · (scale_b · accumulator), two fp32 multiplications.
/// With E4M3 and 448 that is vLLM's <c>--quantization fp8</c> with its CUTLASS epilogue (<c>ScaledEpilogue</c>). A product of two
/// computed values is treated in the same way, its right side as the weights.
/// </remarks>
/// <param name="products">The matrix unit.</param>
/// <param name="left">Format of the left operands.</param>
/// <param name="right">Format of the right operands.</param>
/// <param name="sums">Format of the unit's results.</param>
public sealed class ScaledArithmetic(IMatrixArithmetic products, NumberFormat left, NumberFormat right, NumberFormat sums) : IMatrixArithmetic
{
    // vLLM, quant_utils: "Using the default value (240.0) from pytorch will cause accuracy issue on dynamic quantization models."
    private const float LargestFnuz = 224;

    private readonly SaturatingRounding _left = new(left);
    private readonly SaturatingRounding _right = new(right);

    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns)
    {
        var scale = ScaleOf(b, Target(right, terms));
        var rounded = new float[b.Length];
        _right.Quantise(b, scale, rounded);
        return new Quantised(products.Prepare(rounded, terms, columns), _left, Target(left, terms), scale, terms, columns);
    }

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        using var prepared = Prepare(b, terms, columns);
        prepared.Multiply(a, rows, d);
    }

    // What the largest magnitude becomes. Where sums are FP16, none may exceed its 65504: rows and weights get a number of their format
    // whose square fits that many times.
    private float Target(NumberFormat format, int terms)
    {
        var largest = format == KnownFormats.Fp8 ? LargestFnuz : format.Largest;
        var root = MathF.Sqrt(KnownFormats.Fp16.Largest / terms);
        return sums == KnownFormats.Fp16 && root < largest ? format.QuantizeDown(root) : largest;
    }

    // A row of zeros keeps a scale of 1, so that nothing is divided by zero; so does one whose scale would vanish.
    private static float ScaleOf(ReadOnlySpan<float> values, float target) => MathF.Abs(MaxMagnitude(values)) / target is var scale && scale == 0 ? 1 : scale;

    private sealed class Quantised(
        IRightOperand weights, SaturatingRounding rounding, float target, float weightScale, int terms, int columns) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d)
        {
            var rounded = new float[rows * terms];
            var scales = new float[rows];
            for (var row = 0; row < rows; row++)
            {
                var line = a.Slice(row * terms, terms);
                scales[row] = ScaleOf(line, target);
                rounding.Quantise(line, scales[row], rounded.AsSpan(row * terms, terms));
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
