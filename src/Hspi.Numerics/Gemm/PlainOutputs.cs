using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Single outputs by the plain definition, column by column: what a kernel leaves.</summary>
/// <param name="unit">The arithmetic.</param>
/// <param name="terms">Products per output.</param>
/// <param name="scalesA">Block scales per row; 0 without.</param>
/// <param name="scalesB">Block scales per column.</param>
internal sealed class PlainOutputs(MatrixUnit unit, int terms, int scalesA = 0, int scalesB = 0)
{
    private readonly Number[] _row = new Number[terms];
    private readonly Number[] _column = new Number[terms];
    private readonly Number[] _rowScales = new Number[scalesA];
    private readonly Number[] _columnScales = new Number[scalesB];

    /// <summary>How many outputs were made here.</summary>
    public long Count { get; private set; }

    /// <summary>The column that the next outputs are of.</summary>
    public void Column(ReadOnlySpan<float> column, ReadOnlySpan<float> scales = default)
    {
        PlainProduct.Decode(unit.B, column, _column);
        PlainProduct.Decode(BlockScales.FormatOf(unit), scales, _columnScales);
    }

    public float Output(ReadOnlySpan<float> row, float c) => Output(row, [], c);

    public float Output(ReadOnlySpan<float> row, ReadOnlySpan<float> scales, float c)
    {
        Count++;
        PlainProduct.Decode(unit.A, row, _row);
        PlainProduct.Decode(BlockScales.FormatOf(unit), scales, _rowScales);
        return PlainProduct.Output(unit, _row, _column, _rowScales, _columnScales, c);
    }
}
