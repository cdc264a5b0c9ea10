using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Single outputs by the plain definition, column by column: what a kernel leaves.</summary>
internal sealed class PlainOutputs(MatrixUnit unit, int terms)
{
    private readonly Number[] _row = new Number[terms];
    private readonly Number[] _column = new Number[terms];

    /// <summary>How many outputs were made here.</summary>
    public long Count { get; private set; }

    /// <summary>The column that the next outputs are of.</summary>
    public void Column(ReadOnlySpan<float> column) => PlainProduct.Decode(unit.B, column, _column);

    public float Output(ReadOnlySpan<float> row, float c)
    {
        Count++;
        PlainProduct.Decode(unit.A, row, _row);
        return PlainProduct.Output(unit, _row, _column, c);
    }
}
