using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;

namespace Hspi.Networks.Interpreter;

/// <summary>Checks what a caller gives to a graph, and takes it in.</summary>
internal static class GraphInput
{
    /// <summary>The tensor for <paramref name="input"/> as a value, rounded to <paramref name="format"/>.</summary>
    /// <exception cref="ArgumentException">It is missing, or has another type or shape than the graph says.</exception>
    public static Value Accept(OnnxValue input, IReadOnlyDictionary<string, Tensor> inputs, ElementFormat format)
    {
        if (!inputs.TryGetValue(input.Name, out var tensor))
        {
            throw new ArgumentException($"The graph needs the input \"{input.Name}\".", nameof(inputs));
        }

        var real = input.Type is OnnxElementType.Float32 or OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Float64;
        int[] shape = [.. tensor.Shape];
        var length = tensor is Tensor.Float numbers ? numbers.Values.Length : ((Tensor.Integer)tensor).Values.Length;
        if (real != tensor is Tensor.Float
            || shape.Length != input.Shape.Count
            || shape.Any(extent => extent < 0)
            || shape.Where((extent, axis) => input.Shape[axis].Extent is { } fixedExtent && fixedExtent != extent).Any()
            || OnnxCheck.CountOf(shape.Select(extent => (long)extent)) != length)
        {
            throw new ArgumentException(
                $"The input \"{input.Name}\" is {tensor.GetType().Name} [{string.Join(", ", shape)}] of {length} elements; the graph wants {input.Type} [{string.Join(", ", input.Shape.Select(extent => extent.Name ?? $"{extent.Extent}"))}].",
                nameof(inputs));
        }

        if (tensor is Tensor.Integer integers)
        {
            return new IntegerValue(shape, integers.Values);
        }

        var values = ((Tensor.Float)tensor).Values;
        if (MemoryMarshal.TryGetArray(values, out var whole) && whole.Offset == 0 && format.Holds(values.Span))
        {
            return new FloatValue(shape, new SharedBuffer(whole.Array!, null));
        }

        var copy = values.ToArray();
        format.Round(copy);
        return new FloatValue(shape, new SharedBuffer(copy, null));
    }
}
