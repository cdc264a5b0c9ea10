using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Products by the plain definition, output by output: for families without a kernel, and for what the kernel leaves.</summary>
internal static class PlainProduct
{
    /// <summary>One output: decodes, lets the unit chain its blocks, and encodes.</summary>
    public static float Output(MatrixUnit unit, ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, float c) =>
        ToSingle(unit, unit.Chain(a, b, unit.D.FromSingle(c)));

    /// <summary>Decodes values carried in floats.</summary>
    public static void Decode(NumberFormat format, ReadOnlySpan<float> values, Span<Number> numbers)
    {
        for (int i = 0; i < values.Length; i++)
        {
            numbers[i] = format.FromSingle(values[i]);
        }
    }

    /// <summary>d [rows, columns] = c + a·b for all outputs.</summary>
    public static void Multiply(
        MatrixUnit unit, int rows, int columns, int terms, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> b,
        ReadOnlySpan<float> c, Span<float> d)
    {
        var left = new Number[rows * terms];
        for (int row = 0; row < rows; row++)
        {
            Decode(unit.A, a.Slice(row * stride, terms), left.AsSpan(row * terms, terms));
        }
        var right = new Number[terms];
        for (int column = 0; column < columns; column++)
        {
            for (int k = 0; k < terms; k++)
            {
                right[k] = unit.B.FromSingle(b[(k * columns) + column]);
            }
            for (int row = 0; row < rows; row++)
            {
                int at = (row * columns) + column;
                d[at] = Output(unit, left.AsSpan(row * terms, terms), right, c.IsEmpty ? 0 : c[at]);
            }
        }
    }

    private static float ToSingle(MatrixUnit unit, Number result) => result.Kind != NumberKind.NaN
        ? (float)result.ToDouble()
        : unit.D.StorageBits == 16
            ? (float)BitConverter.UInt16BitsToHalf((ushort)unit.NanBits)
            : BitConverter.UInt32BitsToSingle((uint)unit.NanBits);
}
