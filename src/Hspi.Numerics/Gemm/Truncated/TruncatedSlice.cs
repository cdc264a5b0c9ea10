using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>Right operands of a unit that aligns and cuts. The kernel makes nearly all outputs; those it cannot make are made by the plain definition.</summary>
internal sealed unsafe class TruncatedSlice : PackedSlice
{
    private readonly MatrixUnit _unit;
    private readonly TruncatedShape _shape;
    private readonly PackedColumns _columns;

    public TruncatedSlice(MatrixUnit unit, ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales, bool narrow)
    {
        _unit = unit;
        _shape = TruncatedShape.Of(unit, isScaled: !scales.IsEmpty)!.Value;
        _columns = PackedColumns.Pack(_shape, b, terms, columns, scales, narrow);
    }

    public override void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism) =>
        Multiply(rows, a, stride, scales, c, d, degreeOfParallelism, new PlainOutputs(_unit));

    /// <summary>Multiplies; <paramref name="plain"/> makes the outputs that the kernel cannot make, and counts them.</summary>
    internal void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism,
        PlainOutputs plain)
    {
        var states = new RowState[rows];
        int panels = _columns.Panels;
        var exact = new bool[(rows + PackedRows.GroupRows - 1) / PackedRows.GroupRows * panels];
        fixed (float* left = a, leftScales = scales, addend = c, target = d)
        {
            new TruncatedWork(_shape, rows, left, stride, leftScales, _columns, addend, target, states, exact).Run(degreeOfParallelism);
        }
        RowState[] columns = _columns.States;
        if (exact.Contains(false) || states.AsSpan().ContainsAnyExcept(RowState.Taken) || columns.AsSpan().ContainsAnyExcept(RowState.Taken))
        {
            plain.Fill(_columns, rows, a, stride, scales, c, d, IsMissing);
        }

        bool IsMissing(int row, int column) =>
            !exact[(row / PackedRows.GroupRows * panels) + (column / PackedColumns.PanelColumns)]
            || states[row] == RowState.Refused || columns[column] == RowState.Refused
            || (states[row] == RowState.Heavy && columns[column] == RowState.Heavy);
    }

    public override void Dispose() => _columns.Dispose();
}
