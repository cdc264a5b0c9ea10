using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>Finds attention as the decoder writes it out, and runs it as libtorch's one fused operator.</summary>
internal static class AttentionPattern
{
    /// <summary>The operator type that stands for the fused one. No ONNX file can hold it: a space is no part of a name.</summary>
    public const string Fused = "fused attention";

    /// <summary>The nodes with each <c>softmax(q·kᵀ·scale + mask)·v</c> replaced by one.</summary>
    public static IReadOnlyList<OnnxNode> Fuse(OnnxGraph graph)
    {
        var made = graph.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node))).ToDictionary(pair => pair.output, pair => pair.node, StringComparer.Ordinal);
        OnnxNode? Maker(string value, string type) => made.GetValueOrDefault(value) is { } node && node.OperatorType == type ? node : null;

        var replaced = new Dictionary<OnnxNode, OnnxNode>(ReferenceEqualityComparer.Instance);
        var absorbed = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var product in graph.Nodes.Where(node => node.OperatorType == "MatMul"))
        {
            if (Maker(product.Inputs[0], "Softmax") is { } softmax
                && Maker(softmax.Inputs[0], "Add") is { } masked
                && Maker(masked.Inputs[0], "Mul") is { } scaled
                && Maker(scaled.Inputs[0], "MatMul") is { } scores
                && Maker(scores.Inputs[1], "Unsqueeze") is { } keys
                && Maker(keys.Inputs[0], "Transpose") is { } transposed
                && Maker(product.Inputs[1], "Unsqueeze") is { } values
                && graph.Initializers.GetValueOrDefault(scaled.Inputs[1]) is { Type: OnnxElementType.Float32, Shape.Count: 0 } scale)
            {
                replaced.Add(product, new OnnxNode(
                    Fused,
                    [scores.Inputs[0], transposed.Inputs[0], values.Inputs[0], masked.Inputs[1]],
                    product.Outputs,
                    new Dictionary<string, OnnxAttribute> { ["scale"] = new OnnxAttribute.Real(MemoryMarshal.Read<float>(scale.Data.Span)) },
                    product.Name));
                absorbed.UnionWith([softmax, masked, scaled, scores, keys, transposed, values]);
            }
        }

        return [.. graph.Nodes.Where(node => !absorbed.Contains(node)).Select(node => replaced.GetValueOrDefault(node, node))];
    }

    /// <summary>Inputs: queries [batch, key heads, group, length, width], keys and values [batch, key heads, total, width], mask [length, total].</summary>
    public static Tensor[] Run(OperatorCall call)
    {
        var (query, shape) = (call[0], call[0].shape);
        var (group, width) = (shape[2], shape[4]);
        if (call.Real("scale", 0) != (float)(1 / Math.Sqrt(width)))
        {
            throw call.NotRun("a scale other than 1/√width"); // TorchSharp's operator takes no other
        }

        var mixed = nn.functional.scaled_dot_product_attention(
            query.reshape(shape[0], shape[1] * group, shape[3], width),
            call[1].repeat_interleave(group, 1),
            call[2].repeat_interleave(group, 1),
            call[3]);
        return [mixed.reshape(shape)];
    }
}
