using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Networks.Interpreter;

namespace Hspi.Cuda.Platforms;

/// <summary>Products of a network by a card's matrix library, everything else in the interpreter.</summary>
/// <remarks>Every product is asked as linear layers are: B transposed in memory ("TN").</remarks>
/// <param name="products">The library.</param>
/// <param name="types">Types of every product.</param>
internal sealed class CardArithmetic(ILibraryProducts products, CublasLtTypes types) : IMatrixArithmetic
{
    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns) =>
        new Kept(this, ElementBytes.Of(types.OperandFormat, ElementBytes.Transposed(b, terms, columns)), terms, columns);

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        using var prepared = Prepare(b, terms, columns);
        prepared.Multiply(a, rows, d);
    }

    private sealed class Kept(CardArithmetic arithmetic, byte[] b, int terms, int columns) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d) => arithmetic.Ask(a, rows, b, terms, columns, d);

        public void Dispose()
        {
        }
    }

    private void Ask(ReadOnlySpan<float> a, int rows, byte[] b, int terms, int columns, Span<float> d)
    {
        var result = new byte[rows * columns * types.OutputBytes];
        _ = products.Multiply(types, rows, columns, terms, ElementBytes.Of(types.OperandFormat, a), b, result)
            ?? throw new NoKernelException($"{products.Library} has no kernel for {types.Name} of {rows} × {columns} × {terms}. Ask another precision.");
        ElementBytes.Read(types.OutputFormat, result, d[..(rows * columns)]);
    }
}

/// <summary>The library has no kernel for these types and this shape: an answer about the platform, unlike every other failure.</summary>
internal sealed class NoKernelException(string message) : HspiException(message);
