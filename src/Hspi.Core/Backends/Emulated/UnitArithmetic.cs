using Hspi.Networks.Interpreter;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Units;
using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Backends.Emulated;

/// <summary>Products on a matrix unit, with the sums divided as a library or several cards would.</summary>
/// <param name="unit">The arithmetic of one chain.</param>
/// <param name="division">How the sums of products with weights are cut; products of two computed values are one chain.</param>
/// <param name="threads">Threads per product; no bit depends on it.</param>
public sealed class UnitArithmetic(MatrixUnit unit, SumDivision division, int threads) : IMatrixArithmetic
{
    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns) =>
        new Packed(PackedMatrix.Pack(unit, terms, columns, b, division.Slices(terms)), division.Joined, threads);

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d) =>
        MatrixProduct.Multiply(unit, rows, columns, terms, a, b, d, threads);

    private sealed class Packed(PackedMatrix weights, ElementFormat joined, int threads) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d)
        {
            MatrixProduct.MultiplySlice(rows, a, weights, 0, [], d, threads);
            if (weights.Slices.Count == 1)
            {
                return;
            }

            joined.Round(d);
            var partial = new float[d.Length];
            for (var slice = 1; slice < weights.Slices.Count; slice++)
            {
                MatrixProduct.MultiplySlice(rows, a, weights, slice, [], partial, threads);
                joined.Round(partial);
                Add(d, partial, d);
                joined.Round(d);
            }
        }

        public void Dispose() => weights.Dispose();
    }
}
