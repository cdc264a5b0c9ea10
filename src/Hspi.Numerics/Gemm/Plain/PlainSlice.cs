using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Plain;

/// <summary>Operands as they were given, for units that have no kernel.</summary>
internal sealed class PlainSlice(MatrixUnit unit, ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales) : PackedSlice, IGivenColumns
{
    private readonly float[] _operands = b.ToArray();
    private readonly float[] _scales = scales.ToArray();

    public int Terms => terms;

    public int Columns => columns;

    public int ScalesPerColumn => _scales.Length / columns;

    public override void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism) =>
        new PlainOutputs(unit).Fill(this, rows, a, stride, scales, c, d, static (_, _) => true);

    public void CopyColumn(int column, Span<float> terms, Span<float> scales)
    {
        CopyColumn(_operands, column, terms);
        CopyColumn(_scales, column, scales);
    }

    public override void Dispose()
    {
        // Nothing to give back: the arrays are the garbage collector's.
    }

    private void CopyColumn(float[] matrix, int column, Span<float> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = matrix[(i * columns) + column];
        }
    }
}
