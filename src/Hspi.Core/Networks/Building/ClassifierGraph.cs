using Hspi.Networks.Onnx;
using static Hspi.Networks.Onnx.OnnxAttribute;

namespace Hspi.Networks.Building;

/// <summary>A small residual convolutional network: 3 × 32 × 32 images into 10 classes, 0.2 million parameters, no batch statistics.</summary>
/// <remarks>Input <c>image</c> [batch, 3, 32, 32], pixels divided by 255; output <c>logits</c> [batch, 10]. After He et al. (arXiv 1512.03385).</remarks>
public static class ClassifierGraph
{
    /// <summary>Side of the image.</summary>
    public const int Side = 32;

    /// <summary>Number of classes.</summary>
    public const int Classes = 10;

    private static readonly int[] Widths = [16, 32, 64];

    /// <summary>Builds the graph with seeded initial weights.</summary>
    public static OnnxModel Build(ulong seed)
    {
        var graph = new GraphBuilder("classifier");
        var weights = new InitialWeights(seed);
        var image = graph.Input("image", OnnxElementType.Float32, "batch", 3, Side, Side);
        var state = graph.Node("Relu", [Convolve(graph, weights, image, "stem", 3, Widths[0], 3, 1, 1.0)]);
        for (var stage = 0; stage < Widths.Length; stage++)
        {
            var from = Widths[Math.Max(0, stage - 1)];
            var stride = stage == 0 ? 1 : 2;
            state = Block(graph, weights, state, $"stage_{stage}/block_0", from, Widths[stage], stride);
            state = Block(graph, weights, state, $"stage_{stage}/block_1", Widths[stage], Widths[stage], 1);
        }

        var pooled = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [state])], ("axis", new Integer(1)));
        var head = graph.Weight("head/weight", [Widths[^1], Classes], weights.Normal(Widths[^1] * Classes, 1 / Math.Sqrt(Widths[^1])));
        var bias = graph.Weight("head/bias", [Classes], new float[Classes]);
        graph.Output(graph.Node("Gemm", [pooled, head, bias]), "logits", "batch", Classes);
        return graph.Build(new Dictionary<string, string> { ["architecture"] = "residual-cnn" });
    }

    private static string Block(GraphBuilder graph, InitialWeights weights, string state, string name, int from, int to, int stride)
    {
        graph.Scope(name);
        var first = graph.Node("Relu", [Convolve(graph, weights, state, $"{name}/first", from, to, 3, stride, 1.0)]);
        // The branch starts small, which stands in for batch normalisation: the block begins close to the identity.
        var second = Convolve(graph, weights, first, $"{name}/second", to, to, 3, 1, 0.2);
        var shortcut = from == to && stride == 1 ? state : Convolve(graph, weights, state, $"{name}/shortcut", from, to, 1, stride, 1.0);
        return graph.Node("Relu", [graph.Node("Add", [second, shortcut])]);
    }

    private static string Convolve(
        GraphBuilder graph, InitialWeights weights, string value, string name, int from, int to, int kernel, int stride, double gain)
    {
        var count = from * kernel * kernel;
        var weight = graph.Weight($"{name}/weight", [to, from, kernel, kernel], weights.Normal(to * count, gain * Math.Sqrt(2.0 / count)));
        var bias = graph.Weight($"{name}/bias", [to], new float[to]);
        var pad = kernel / 2;
        return graph.Node(
            "Conv",
            [value, weight, bias],
            ("kernel_shape", new Integers([kernel, kernel])),
            ("pads", new Integers([pad, pad, pad, pad])),
            ("strides", new Integers([stride, stride])));
    }
}
