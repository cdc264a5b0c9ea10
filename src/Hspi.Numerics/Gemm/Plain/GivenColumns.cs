namespace Hspi.Numerics.Gemm.Plain;

/// <summary>A right operand as it was given, [terms, columns] row-major, with its block scales, [scales per column, columns], or none.</summary>
internal sealed class GivenColumns(ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales) : IGivenColumns
{
    private readonly float[] _operands = b.ToArray();
    private readonly float[] _scales = scales.ToArray();

    public int Terms => terms;

    public int Columns => columns;

    public int ScalesPerColumn => _scales.Length / columns;

    public void CopyColumn(int column, Span<float> terms, Span<float> scales)
    {
        Copy(_operands, column, terms);
        Copy(_scales, column, scales);
    }

    private void Copy(float[] matrix, int column, Span<float> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = matrix[(i * columns) + column];
        }
    }
}
