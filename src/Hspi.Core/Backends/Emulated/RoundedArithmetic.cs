using Hspi.Networks.Interpreter;

namespace Hspi.Backends.Emulated;

/// <summary>Products of 16-bit operands in a network of another format: both sides are rounded to nearest even just before, as autocast does.</summary>
/// <param name="products">The matrix unit.</param>
/// <param name="operands">Format of its operands.</param>
internal sealed class RoundedArithmetic(IMatrixArithmetic products, ElementFormat operands) : IMatrixArithmetic
{
    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns) =>
        new Rounded(products.Prepare(Round(b, operands), terms, columns), operands);

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d) =>
        products.Multiply(Round(a, operands), rows, terms, Round(b, operands), columns, d);

    private static float[] Round(ReadOnlySpan<float> values, ElementFormat format)
    {
        var rounded = values.ToArray();
        format.Round(rounded);
        return rounded;
    }

    private sealed class Rounded(IRightOperand weights, ElementFormat operands) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d) => weights.Multiply(Round(a, operands), rows, d);

        public void Dispose() => weights.Dispose();
    }
}
