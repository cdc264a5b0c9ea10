using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>Carries tensors between HSPI's values and libtorch, bit for bit.</summary>
internal static class TorchTensors
{
    /// <summary>A weight or constant of a graph.</summary>
    /// <exception cref="HspiException">libtorch has no such element type.</exception>
    public static Tensor Of(OnnxTensor tensor)
    {
        var type = tensor.Type switch
        {
            OnnxElementType.Float32 => ScalarType.Float32,
            OnnxElementType.Float64 => ScalarType.Float64,
            OnnxElementType.Float16 => ScalarType.Float16,
            OnnxElementType.BFloat16 => ScalarType.BFloat16,
            OnnxElementType.Int64 => ScalarType.Int64,
            OnnxElementType.Int32 => ScalarType.Int32,
            OnnxElementType.Int8 => ScalarType.Int8,
            OnnxElementType.UInt8 => ScalarType.Byte,
            OnnxElementType.Boolean => ScalarType.Bool,
            _ => throw new HspiException($"Element type {tensor.Type} is not run by TorchSharp's interpreter. Run the graph with ONNX Runtime."),
        };
        var made = empty([.. tensor.Shape], type);
        if (tensor.Data.Length > 0)
        {
            tensor.Data.Span.CopyTo(made.bytes);
        }

        return made;
    }

    /// <summary>What enters a network.</summary>
    public static Tensor Of(Networks.Tensor value)
    {
        long[] shape = [.. value.Shape.Select(extent => (long)extent)];
        return value switch
        {
            Networks.Tensor.Float(_, var numbers) => Filled(shape, ScalarType.Float32, MemoryMarshal.AsBytes(numbers.Span)),
            Networks.Tensor.Integer(_, var numbers) => Filled(shape, ScalarType.Int64, MemoryMarshal.AsBytes(numbers.AsSpan())),
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A tensor kind that libtorch is not given."),
        };
    }

    /// <summary>What leaves a network; 16-bit floats widen exactly, fp64 is rounded once.</summary>
    public static Networks.Tensor From(Tensor value)
    {
        int[] shape = [.. value.shape.Select(extent => (int)extent)];
        using var dense = value.to(value.is_floating_point() ? ScalarType.Float32 : ScalarType.Int64).contiguous();
        return value.is_floating_point()
            ? new Networks.Tensor.Float(shape, dense.numel() == 0 ? default : dense.data<float>().ToArray())
            : new Networks.Tensor.Integer(shape, dense.numel() == 0 ? [] : dense.data<long>().ToArray());
    }

    private static Tensor Filled(long[] shape, ScalarType type, ReadOnlySpan<byte> data)
    {
        var made = empty(shape, type);
        if (data.Length > 0)
        {
            data.CopyTo(made.bytes);
        }

        return made;
    }
}
