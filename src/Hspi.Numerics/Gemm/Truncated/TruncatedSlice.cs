using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>Right operands of a unit that aligns and cuts. The kernel makes nearly all outputs; those it cannot make are made by the plain definition.</summary>
/// <param name="unit">The unit.</param>
/// <param name="shape">Its shape, with block scales where <paramref name="b"/> has some.</param>
/// <param name="b">The packed operands.</param>
internal sealed unsafe class TruncatedSlice(MatrixUnit unit, TruncatedShape shape, PackedColumns b) : PackedSlice
{
    public override void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism) =>
        Multiply(rows, a, stride, scales, c, d, degreeOfParallelism, new PlainOutputs(unit));

    /// <summary>Multiplies; <paramref name="plain"/> makes the outputs that the kernel cannot make, and counts them.</summary>
    internal void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism,
        PlainOutputs plain)
    {
        var states = new RowState[rows];
        int panels = b.Panels;
        var exact = new bool[(rows + PackedRows.GroupRows - 1) / PackedRows.GroupRows * panels];
        fixed (float* left = a, leftScales = scales, addend = c, target = d)
        {
            new TruncatedWork(shape, rows, left, stride, leftScales, b, addend, target, states, exact).Run(degreeOfParallelism);
        }
        RowState[] columns = b.States;
        if (exact.Contains(false) || states.AsSpan().ContainsAnyExcept(RowState.Taken) || columns.AsSpan().ContainsAnyExcept(RowState.Taken))
        {
            plain.Fill(b, rows, a, stride, scales, c, d, Missing(states, columns, exact, panels));
        }
    }

    private static Func<int, int, bool> Missing(RowState[] rows, RowState[] columns, bool[] exact, int panels) => (row, column) =>
        !exact[(row / PackedRows.GroupRows * panels) + (column / PackedColumns.PanelColumns)]
        || rows[row] == RowState.Refused || columns[column] == RowState.Refused
        || (rows[row] == RowState.Heavy && columns[column] == RowState.Heavy);

    public override void Dispose() => b.Dispose();
}
