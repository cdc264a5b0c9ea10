using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Single outputs by the plain definition, column by column: what a kernel leaves.</summary>
/// <param name="unit">The arithmetic.</param>
internal sealed class PlainOutputs(MatrixUnit unit)
{
    // Empty for as long as the kernel leaves nothing, which is nearly always.
    private Number[] _row = [];
    private Number[] _column = [];
    private Number[] _rowScales = [];
    private Number[] _columnScales = [];

    /// <summary>How many outputs were made here.</summary>
    public long Count { get; private set; }

    /// <summary>The column that the next outputs are of.</summary>
    public void Column(ReadOnlySpan<float> column, ReadOnlySpan<float> scales = default)
    {
        Decode(unit.B, column, ref _column);
        Decode(BlockScales.FormatOf(unit), scales, ref _columnScales);
    }

    public float Output(ReadOnlySpan<float> row, float c) => Output(row, [], c);

    public float Output(ReadOnlySpan<float> row, ReadOnlySpan<float> scales, float c)
    {
        Count++;
        Decode(unit.A, row, ref _row);
        Decode(BlockScales.FormatOf(unit), scales, ref _rowScales);
        return PlainProduct.Output(unit, _row, _column, _rowScales, _columnScales, c);
    }

    private static void Decode(NumberFormat format, ReadOnlySpan<float> values, ref Number[] numbers)
    {
        Array.Resize(ref numbers, values.Length);
        PlainProduct.Decode(format, values, numbers);
    }
}
