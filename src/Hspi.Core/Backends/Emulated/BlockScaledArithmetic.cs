using Hspi.Networks.Interpreter;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Backends.Emulated;

/// <summary>Products of MXFP8, MXFP6, MXFP4 and NVFP4: every block of terms of a row or column has a scale of its own (<see cref="BlockQuantiser"/>).</summary>
/// <remarks>
/// Weights get their scales once, activations at run time; so does the right side of a product of two computed values. With NVFP4
/// d = scale_a · (scale_b · accumulator), where one fp32 scale belongs to a weight tensor and one to a row of activations.
/// Terms are filled up with zeros to whole instructions where the unit takes only such.
/// </remarks>
/// <param name="unit">A unit that takes block scales.</param>
/// <param name="reduction">How sums are divided, into whole blocks.</param>
/// <param name="threads">Threads per product; no bit depends on it.</param>
internal sealed class BlockScaledArithmetic(MatrixUnit unit, Reduction reduction, int threads) : IMatrixArithmetic
{
    private readonly BlockQuantiser _left = new(unit.A, KnownUnits.ScalingOf(unit));
    private readonly BlockQuantiser _right = new(unit.B, KnownUnits.ScalingOf(unit));

    /// <inheritdoc/>
    /// <exception cref="HspiException">The reduction takes a block apart.</exception>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns)
    {
        var padded = unit is MatrixUnit.GroupScaledFused ? (terms + unit.BlockTerms - 1) / unit.BlockTerms * unit.BlockTerms : terms;
        var blocks = _right.Blocks(padded);
        var tensor = _right.TensorScale(b);
        var (rounded, scales) = (new float[padded * columns], new float[blocks * columns]);
        var (column, columnScales) = (new float[padded], new float[blocks]);
        for (var j = 0; j < columns; j++)
        {
            for (var k = 0; k < terms; k++)
            {
                column[k] = b[(k * columns) + j];
            }

            _right.Quantise(column, tensor, column, columnScales);
            for (var k = 0; k < padded; k++)
            {
                rounded[(k * columns) + j] = column[k];
            }

            for (var i = 0; i < blocks; i++)
            {
                scales[(i * columns) + j] = columnScales[i];
            }

            column.AsSpan(terms).Clear();
        }

        try
        {
            return new Quantised(new ReducedMatrix(unit, reduction, padded, columns, rounded, scales), _left, tensor, terms, padded, columns, threads);
        }
        catch (ArgumentException wrong)
        {
            throw new HspiException(
                $"{unit.Definition} gives {unit.BlockTerms} terms in a row their scales, and this reduction of {terms} terms takes them apart. Take one that cuts at multiples of {unit.BlockTerms}, such as chain, promoted=128 or splitk=2.",
                wrong);
        }
    }

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        using var prepared = Prepare(b, terms, columns);
        prepared.Multiply(a, rows, d);
    }

    private sealed class Quantised(
        ReducedMatrix weights, BlockQuantiser left, float tensor, int terms, int padded, int columns, int threads) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d)
        {
            var blocks = left.Blocks(padded);
            var (rounded, scales, rowScales) = (new float[rows * padded], new float[rows * blocks], new float[rows]);
            for (var row = 0; row < rows; row++)
            {
                var line = rounded.AsSpan(row * padded, padded);
                a.Slice(row * terms, terms).CopyTo(line);
                rowScales[row] = left.TensorScale(line);
                left.Quantise(line, rowScales[row], line, scales.AsSpan(row * blocks, blocks));
            }

            weights.Multiply(rows, rounded, scales, d, threads);
            for (var row = 0; left.HasTensorScale && row < rows; row++)
            {
                var line = d.Slice(row * columns, columns);
                Multiply(line, tensor, line);
                Multiply(line, rowScales[row], line);
            }
        }

        public void Dispose() => weights.Dispose();

        private static void Multiply(ReadOnlySpan<float> line, float scale, Span<float> result) =>
            System.Numerics.Tensors.TensorPrimitives.Multiply(line, scale, result);
    }
}
