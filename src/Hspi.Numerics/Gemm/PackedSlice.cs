using Hspi.Numerics.Gemm.GroupScaled;
using Hspi.Numerics.Gemm.Ieee;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Gemm.Truncated;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>A run of terms of a right operand, packed for the kernel that multiplies it.</summary>
internal abstract class PackedSlice : IDisposable
{
    /// <summary>Packs for the kernel of <see cref="ProductKernels"/>.</summary>
    /// <param name="unit">The unit that will multiply.</param>
    /// <param name="b">[terms, columns] row-major.</param>
    /// <param name="terms">Rows of <paramref name="b"/>.</param>
    /// <param name="columns">Columns of <paramref name="b"/>.</param>
    /// <param name="scales">[scales per column, columns] row-major, or none.</param>
    /// <param name="narrow">Whether to keep operands in 2 bytes each, where 2 bytes hold them.</param>
    public static PackedSlice Pack(MatrixUnit unit, ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales, bool narrow) =>
        ProductKernels.Of(unit, isScaled: !scales.IsEmpty, out TruncatedShape? shape) switch
        {
            ProductKernel.Truncated or ProductKernel.Interleaved or ProductKernel.Joined =>
                new TruncatedSlice(unit, shape!.Value, PackedColumns.Pack(shape.Value, b, terms, columns, scales, narrow)),
            ProductKernel.Ieee or ProductKernel.Exact => new IeeePanels(unit, b, terms, columns, narrow),
            ProductKernel.GroupScaled => new GroupScaledPanels((MatrixUnit.GroupScaledFused)unit, b, terms, columns, scales),
            _ => new PlainSlice(unit, new GivenColumns(b, terms, columns, scales)),
        };

    /// <summary>d = c + a · b.</summary>
    /// <param name="rows">Rows of a, c and d, at least 1.</param>
    /// <param name="a">The left operand from the slice's first term on.</param>
    /// <param name="stride">From the start of a row of <paramref name="a"/> to that of the next.</param>
    /// <param name="scales">Those of <paramref name="a"/> within the slice, [rows, scales per row], or none.</param>
    /// <param name="c">[rows, columns], or empty for zeros. Does not overlap <paramref name="d"/>.</param>
    /// <param name="d">[rows, columns].</param>
    /// <param name="degreeOfParallelism">Threads at most.</param>
    public abstract void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism);

    /// <inheritdoc/>
    public abstract void Dispose();
}
