using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Backends.Emulated;

/// <summary>Products on a matrix unit, with the sums divided as a library or several cards would. Operands are numbers of its formats already.</summary>
/// <param name="unit">The arithmetic of one chain; not one that needs block scales.</param>
/// <param name="reduction">How sums are divided.</param>
/// <param name="threads">Threads per product; no bit depends on it.</param>
public sealed class UnitArithmetic(MatrixUnit unit, Reduction reduction, int threads) : IMatrixArithmetic
{
    /// <summary>The arithmetic of products on any unit of the table, for values in any format: what makes operands of them comes with it.</summary>
    /// <remarks>
    /// 16-bit operands are rounded to nearest even where the values are of another format (<see cref="RoundedArithmetic"/>); TF32 drops
    /// the low bits, as the hardware does; FP32 and FP64 hold every value; narrower ones are scaled, by block where the unit takes such scales.
    /// </remarks>
    /// <param name="unit">Any unit.</param>
    /// <param name="elements">Format of the values between operators.</param>
    /// <param name="reduction">How sums are divided.</param>
    /// <param name="threads">Threads per product.</param>
    public static IMatrixArithmetic Of(MatrixUnit unit, ElementFormat elements, Reduction reduction, int threads)
    {
        if (KnownUnits.ScalingOf(unit) != BlockScaling.None)
        {
            return new BlockScaledArithmetic(unit, reduction, threads);
        }

        var products = new UnitArithmetic(unit, reduction, threads);
        return unit.A.StorageBits <= 8 ? new ScaledArithmetic(products, unit.A, unit.B, unit.D)
            : unit.A == KnownFormats.Fp16 && elements != ElementFormat.Float16 ? new RoundedArithmetic(products, ElementFormat.Float16)
            : unit.A == KnownFormats.Bf16 && elements != ElementFormat.BFloat16 ? new RoundedArithmetic(products, ElementFormat.BFloat16)
            : products;
    }

    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns) => new Packed(new ReducedMatrix(unit, reduction, terms, columns, b), threads);

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        if (reduction is Reduction.SingleChain && unit.D != KnownFormats.Fp64)
        {
            // Products without a schedule: attention makes many small products.
            MatrixProduct.Multiply(unit, rows, columns, terms, a, b, d, threads);
            return;
        }

        using var prepared = new ReducedMatrix(unit, reduction, terms, columns, b);
        prepared.Multiply(rows, a, d, threads);
    }

    private sealed class Packed(ReducedMatrix weights, int threads) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d) => weights.Multiply(rows, a, d, threads);

        public void Dispose() => weights.Dispose();
    }
}
