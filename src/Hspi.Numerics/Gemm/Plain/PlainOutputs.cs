using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Plain;

/// <summary>Outputs by the plain definition, one by one: all of a unit without a kernel, and of other units what the kernel leaves.</summary>
/// <param name="unit">The arithmetic.</param>
internal sealed class PlainOutputs(MatrixUnit unit)
{
    // Operands of the output at hand. Empty for as long as the kernel leaves nothing, which is nearly always.
    private Number[] _row = [];
    private Number[] _column = [];
    private Number[] _rowScales = [];
    private Number[] _columnScales = [];

    /// <summary>How many outputs were made here.</summary>
    public long Count { get; private set; }

    /// <summary>Makes some outputs of d = c + a · b; the parameters are those of <see cref="PackedSlice.Multiply"/>.</summary>
    /// <param name="b">The right operand.</param>
    /// <param name="rows">Rows of a, c and d.</param>
    /// <param name="a">The left operand.</param>
    /// <param name="stride">From row to row of <paramref name="a"/>.</param>
    /// <param name="scales">Those of <paramref name="a"/>, or none.</param>
    /// <param name="c">[rows, columns], or empty for zeros.</param>
    /// <param name="d">[rows, columns].</param>
    /// <param name="isMissing">Whether the output of a row and a column is to be made.</param>
    public void Fill(
        IGivenColumns b, int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d,
        Func<int, int, bool> isMissing)
    {
        float[] terms = new float[b.Terms], columnScales = new float[b.ScalesPerColumn];
        int rowScales = scales.Length / rows;
        for (int column = 0; column < b.Columns; column++)
        {
            bool isDecoded = false;
            for (int row = 0; row < rows; row++)
            {
                if (!isMissing(row, column))
                {
                    continue;
                }
                if (!isDecoded)
                {
                    b.CopyColumn(column, terms, columnScales);
                    Decode(unit.B, terms, ref _column);
                    Decode(BlockScales.FormatOf(unit), columnScales, ref _columnScales);
                    isDecoded = true;
                }
                Decode(unit.A, a.Slice(row * stride, b.Terms), ref _row);
                Decode(BlockScales.FormatOf(unit), scales.Slice(row * rowScales, rowScales), ref _rowScales);
                int at = (row * b.Columns) + column;
                d[at] = Output(unit.D.FromSingle(c.IsEmpty ? 0 : c[at]));
            }
        }
    }

    private float Output(Number c)
    {
        Count++;
        Number result = _rowScales.Length == 0 ? unit.Chain(_row, _column, c) : unit.Chain(_row, _column, _rowScales, _columnScales, c);
        return result.Kind != NumberKind.NaN
            ? (float)result.ToDouble()
            : unit.D.StorageBits == 16
                ? (float)BitConverter.UInt16BitsToHalf((ushort)unit.NanBits)
                : BitConverter.UInt32BitsToSingle((uint)unit.NanBits);
    }

    private static void Decode(NumberFormat format, ReadOnlySpan<float> values, ref Number[] numbers)
    {
        Array.Resize(ref numbers, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            numbers[i] = format.FromSingle(values[i]);
        }
    }
}

/// <summary>A right operand whose columns can be read as they were given.</summary>
internal interface IGivenColumns
{
    int Terms { get; }

    int Columns { get; }

    /// <summary>How many block scales a column was given; 0 if none.</summary>
    int ScalesPerColumn { get; }

    /// <summary>Writes all terms of a column and all its scales.</summary>
    void CopyColumn(int column, Span<float> terms, Span<float> scales);
}
