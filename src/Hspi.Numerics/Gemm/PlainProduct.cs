using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Products by the plain definition, output by output: for families without a kernel, and for what the kernel leaves.</summary>
internal static class PlainProduct
{
    /// <summary>One output: decodes, lets the unit chain its blocks, and encodes.</summary>
    public static float Output(
        MatrixUnit unit, ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, ReadOnlySpan<Number> scalesA, ReadOnlySpan<Number> scalesB, float c) =>
        ToSingle(unit, scalesA.IsEmpty ? unit.Chain(a, b, unit.D.FromSingle(c)) : unit.Chain(a, b, scalesA, scalesB, unit.D.FromSingle(c)));

    /// <summary>Decodes values carried in floats.</summary>
    public static void Decode(NumberFormat format, ReadOnlySpan<float> values, Span<Number> numbers)
    {
        for (int i = 0; i < values.Length; i++)
        {
            numbers[i] = format.FromSingle(values[i]);
        }
    }

    /// <summary>d [rows, columns] = c + a·b for all outputs; <paramref name="scalesA"/> [rows, n] and <paramref name="scalesB"/> [n, columns]
    /// or both empty.</summary>
    public static void Multiply(
        MatrixUnit unit, int rows, int columns, int terms, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> b,
        ReadOnlySpan<float> c, Span<float> d, ReadOnlySpan<float> scalesA = default, ReadOnlySpan<float> scalesB = default)
    {
        int rowScales = scalesA.Length / rows, columnScales = scalesB.Length / columns;
        var outputs = new PlainOutputs(unit);
        float[] column = new float[terms], scales = new float[columnScales];
        for (int at = 0; at < columns; at++)
        {
            for (int k = 0; k < terms; k++)
            {
                column[k] = b[(k * columns) + at];
            }
            for (int i = 0; i < columnScales; i++)
            {
                scales[i] = scalesB[(i * columns) + at];
            }
            outputs.Column(column, scales);
            for (int row = 0; row < rows; row++)
            {
                ref float output = ref d[(row * columns) + at];
                output = outputs.Output(
                    a.Slice(row * stride, terms), scalesA.Slice(row * rowScales, rowScales), c.IsEmpty ? 0 : c[(row * columns) + at]);
            }
        }
    }

    private static float ToSingle(MatrixUnit unit, Number result) => result.Kind != NumberKind.NaN
        ? (float)result.ToDouble()
        : unit.D.StorageBits == 16
            ? (float)BitConverter.UInt16BitsToHalf((ushort)unit.NanBits)
            : BitConverter.UInt32BitsToSingle((uint)unit.NanBits);
}
