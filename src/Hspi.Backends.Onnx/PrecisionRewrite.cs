using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;
using static Hspi.Networks.Onnx.OnnxAttribute;

namespace Hspi.Backends.Onnx;

/// <summary>Turns an fp32 graph into one of another precision, with the same inputs and outputs.</summary>
internal static class PrecisionRewrite
{
    /// <summary>The graph in <paramref name="precision"/>.</summary>
    public static OnnxModel Apply(OnnxModel model, OnnxPrecision precision) => precision switch
    {
        OnnxPrecision.Fp32 => model,
        OnnxPrecision.Fp16 => HalfPrecision(model),
        // A runtime that keeps 16-bit weights widens them exactly before the product: the same as rounding them here.
        OnnxPrecision.Fp16Weights => RoundWeights(model, value => (float)(Half)value),
        OnnxPrecision.Bf16Weights => RoundWeights(model, ToBfloat16),
        OnnxPrecision.Int8PerTensor => IntegerProducts.Rewrite(model, perColumn: false),
        OnnxPrecision.Int8PerColumn => IntegerProducts.Rewrite(model, perColumn: true),
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "A precision without a rewriting."),
    };

    /// <summary>The fp32 values of a weight.</summary>
    public static ReadOnlySpan<float> Floats(OnnxTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span);

    private static OnnxModel RoundWeights(OnnxModel model, Func<float, float> round) =>
        WithInitializers(model, (name, tensor) => IsWeight(tensor) ? Of(tensor, round) : tensor);

    private static OnnxModel HalfPrecision(OnnxModel model)
    {
        var halves = WithInitializers(model, (_, tensor) => tensor.Type == OnnxElementType.Float32
            ? new OnnxTensor(OnnxElementType.Float16, tensor.Shape, MemoryMarshal.AsBytes<Half>(Floats(tensor).ToArray().Select(value => (Half)value).ToArray()).ToArray())
            : tensor);
        var graph = halves.Graph;
        var inputs = graph.Inputs.Where(input => input.Type == OnnxElementType.Float32).Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var outputs = graph.Outputs.Where(output => output.Type == OnnxElementType.Float32).Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        string Inside(string name) => inputs.Contains(name) || outputs.Contains(name) ? name + "/half" : name;
        return halves with
        {
            Graph = graph with
            {
                Nodes =
                [
                    .. inputs.Select(name => Cast(name, Inside(name), OnnxElementType.Float16)),
                    .. graph.Nodes.Select(node => node with { Inputs = [.. node.Inputs.Select(Inside)], Outputs = [.. node.Outputs.Select(Inside)] }),
                    .. outputs.Select(name => Cast(Inside(name), name, OnnxElementType.Float32)),
                ],
            },
        };
    }

    private static OnnxNode Cast(string from, string to, OnnxElementType type) =>
        new("Cast", [from], [to], new Dictionary<string, OnnxAttribute> { ["to"] = new Integer((long)type) }, $"cast/{to}");

    private static OnnxModel WithInitializers(OnnxModel model, Func<string, OnnxTensor, OnnxTensor> change) => model with
    {
        Graph = model.Graph with
        {
            Initializers = model.Graph.Initializers.ToDictionary(pair => pair.Key, pair => change(pair.Key, pair.Value), StringComparer.Ordinal),
        },
    };

    private static OnnxTensor Of(OnnxTensor tensor, Func<float, float> round) =>
        tensor with { Data = MemoryMarshal.AsBytes<float>(Floats(tensor).ToArray().Select(round).ToArray()).ToArray() };

    // Scalars are constants of the architecture, not weights.
    private static bool IsWeight(OnnxTensor tensor) => tensor.Type == OnnxElementType.Float32 && tensor.Shape.Count > 0;

    // To nearest, ties to even, on the upper half of the bits; weights are finite.
    private static float ToBfloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
    }
}
