using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;

namespace Hspi.Networks.Interpreter;

/// <summary>Weights and constants of a file as values: 16-bit and 64-bit numbers become fp32, whole numbers 64 bits.</summary>
internal static class TensorValues
{
    /// <summary>Converts <paramref name="tensor"/>; <paramref name="name"/> is for messages.</summary>
    /// <exception cref="HspiException">Its data do not have the length of its shape, or it is too large.</exception>
    public static Value Of(OnnxTensor tensor, string name)
    {
        if (OnnxCheck.CountOf(tensor.Shape) is not { } count || count * tensor.Type.Bytes() != tensor.Data.Length)
        {
            throw new HspiException($"The data of {name} do not have the length of its shape [{string.Join(", ", tensor.Shape)}]. Write the file again.");
        }

        int[] shape = [.. tensor.Shape.Select(extent => checked((int)extent))];
        var data = tensor.Data.Span;
        return tensor.Type switch
        {
            OnnxElementType.Float32 => Floats(shape, MemoryMarshal.Cast<byte, float>(data).ToArray()),
            OnnxElementType.Float64 => Floats(shape, Convert<double>(data, number => (float)number)),
            OnnxElementType.Float16 => Floats(shape, Convert<Half>(data, number => (float)number)),
            OnnxElementType.BFloat16 => Floats(shape, Convert<ushort>(data, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))),
            OnnxElementType.Int64 => new IntegerValue(shape, MemoryMarshal.Cast<byte, long>(data).ToArray()),
            OnnxElementType.Int32 => new IntegerValue(shape, Convert<int, long>(data, number => number)),
            OnnxElementType.UInt8 or OnnxElementType.Boolean => new IntegerValue(shape, Convert<byte, long>(data, number => number)),
            OnnxElementType.Int8 => new IntegerValue(shape, Convert<sbyte, long>(data, number => number)),
            _ => throw new HspiException($"{name} has the element type {tensor.Type}, which the interpreter does not know."),
        };
    }

    private static FloatValue Floats(int[] shape, float[] numbers) => new(shape, new SharedBuffer(numbers, null));

    private static float[] Convert<TFrom>(ReadOnlySpan<byte> data, Func<TFrom, float> convert)
        where TFrom : struct => Convert<TFrom, float>(data, convert);

    private static TTo[] Convert<TFrom, TTo>(ReadOnlySpan<byte> data, Func<TFrom, TTo> convert)
        where TFrom : struct
    {
        var source = MemoryMarshal.Cast<byte, TFrom>(data);
        var result = new TTo[source.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = convert(source[i]);
        }

        return result;
    }
}
