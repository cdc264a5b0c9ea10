using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;

namespace Hspi.Backends.Onnx;

/// <summary>Dynamic quantisation: every product with a weight becomes a product of 8-bit integers.</summary>
/// <remarks>
/// As ONNX Runtime's own tool writes it: activations to unsigned 8 bits with a scale from their range in this call
/// (so a row depends on the others of its batch), weights to signed 8 bits symmetric around 0. Where an x86 CPU lacks VNNI
/// the products of full-range weights are added two by two in 16 bits that saturate (vpmaddubsw): other bits, and larger errors.
/// </remarks>
internal static class IntegerProducts
{
    private static readonly Dictionary<string, OnnxAttribute> None = [];

    /// <summary>The graph with every <c>MatMul</c> by a two-dimensional weight replaced.</summary>
    /// <param name="model">An fp32 graph.</param>
    /// <param name="perColumn">One scale per output column instead of one per weight.</param>
    public static OnnxModel Rewrite(OnnxModel model, bool perColumn)
    {
        var weights = new Dictionary<string, OnnxTensor>(model.Graph.Initializers, StringComparer.Ordinal);
        List<OnnxNode> nodes = [];
        foreach (var node in model.Graph.Nodes)
        {
            if (node.OperatorType == "MatMul"
                && model.Graph.Initializers.GetValueOrDefault(node.Inputs[1]) is { Type: OnnxElementType.Float32, Shape.Count: 2 } weight)
            {
                var name = node.Inputs[1];
                if (!weights.ContainsKey($"{name}/int8"))
                {
                    (weights[$"{name}/int8"], weights[$"{name}/scale"], weights[$"{name}/zero"]) = Quantise(weight, perColumn);
                    weights.Remove(name);
                }

                nodes.AddRange(Products(node, name));
            }
            else
            {
                nodes.Add(node);
            }
        }

        // A weight that something else reads too, such as a tied embedding, stays.
        foreach (var name in nodes.SelectMany(node => node.Inputs).Where(name => model.Graph.Initializers.ContainsKey(name)))
        {
            weights[name] = model.Graph.Initializers[name];
        }

        return model with { Graph = model.Graph with { Nodes = nodes, Initializers = weights } };
    }

    private static IEnumerable<OnnxNode> Products(OnnxNode node, string weight)
    {
        var (stem, value) = (node.Outputs[0], node.Inputs[0]);
        yield return Node("DynamicQuantizeLinear", [value], [$"{stem}/q", $"{stem}/scale", $"{stem}/zero"]);
        yield return Node("MatMulInteger", [$"{stem}/q", $"{weight}/int8", $"{stem}/zero", $"{weight}/zero"], [$"{stem}/sum"]);
        yield return new OnnxNode("Cast", [$"{stem}/sum"], [$"{stem}/float"], new Dictionary<string, OnnxAttribute> { ["to"] = new OnnxAttribute.Integer(1) }, $"{stem}/cast");
        yield return Node("Mul", [$"{stem}/scale", $"{weight}/scale"], [$"{stem}/unit"]);
        yield return Node("Mul", [$"{stem}/float", $"{stem}/unit"], [stem]);

        OnnxNode Node(string type, string[] inputs, string[] outputs) => new(type, inputs, outputs, None, $"{outputs[0]}/{type}");
    }

    private static (OnnxTensor Values, OnnxTensor Scale, OnnxTensor Zero) Quantise(OnnxTensor weight, bool perColumn)
    {
        var values = PrecisionRewrite.Floats(weight);
        var columns = (int)weight.Shape[1];
        var largest = new float[perColumn ? columns : 1];
        for (var i = 0; i < values.Length; i++)
        {
            ref var most = ref largest[perColumn ? i % columns : 0];
            most = MathF.Max(most, MathF.Abs(values[i]));
        }

        var scales = largest.Select(most => most == 0 ? 1 : most / 127).ToArray();
        var integers = new sbyte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            integers[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scales[perColumn ? i % columns : 0]), -127, 127);
        }

        long[] shape = perColumn ? [columns] : [];
        return (
            new OnnxTensor(OnnxElementType.Int8, weight.Shape, MemoryMarshal.AsBytes<sbyte>(integers).ToArray()),
            new OnnxTensor(OnnxElementType.Float32, shape, MemoryMarshal.AsBytes<float>(scales).ToArray()),
            new OnnxTensor(OnnxElementType.Int8, shape, new byte[scales.Length]));
    }
}
