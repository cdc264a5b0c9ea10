using System.Runtime.InteropServices;

namespace Hspi.Networks.Onnx;

/// <summary>Finds attention as the decoder writes it out, for executors that have one operator for it.</summary>
public static class AttentionPattern
{
    /// <summary>The operator type that stands for the fused one. No ONNX file can hold it: a space is no part of a name.</summary>
    /// <remarks>Inputs: queries [batch, key heads, group, length, width], keys and values [batch, key heads, total, width], mask [length, total]; attribute <c>scale</c>.</remarks>
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
}
