namespace Hspi.Networks.Interpreter;

/// <summary>How a platform multiplies matrices: operand format, order of the sums, roundings.</summary>
public interface IMatrixArithmetic
{
    /// <summary>Prepares a right operand that many products use.</summary>
    /// <param name="b">[terms, columns] row-major, fp32 as in the file; rounded to the operand format here.</param>
    /// <param name="terms">Length of each sum.</param>
    /// <param name="columns">Columns of the results.</param>
    IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns);

    /// <summary>Computes d = a · b once; both operands are in the platform's element format already.</summary>
    /// <param name="a">[rows, terms] row-major.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="terms">Length of each sum.</param>
    /// <param name="b">[terms, columns] row-major.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="d">[rows, columns] row-major: the accumulators in fp32, before they are rounded to the element format.</param>
    void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d);
}

/// <summary>A prepared right operand: the weights of one layer.</summary>
public interface IRightOperand : IDisposable
{
    /// <summary>Computes d = a · b.</summary>
    /// <param name="a">[rows, terms] row-major, in the platform's element format.</param>
    /// <param name="rows">Rows of <paramref name="a"/> and <paramref name="d"/>.</param>
    /// <param name="d">[rows, columns] row-major: the accumulators in fp32.</param>
    void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d);
}
