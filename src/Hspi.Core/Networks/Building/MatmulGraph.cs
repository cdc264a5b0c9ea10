using Hspi.Networks.Onnx;

namespace Hspi.Networks.Building;

/// <summary>One matrix product: inputs <c>a</c> [M, K] and <c>b</c> [K, N], output <c>d</c> [M, N].</summary>
public static class MatmulGraph
{
    /// <summary>Builds the graph; all extents are free.</summary>
    public static OnnxModel Build()
    {
        var graph = new GraphBuilder("matmul");
        var a = graph.Input("a", OnnxElementType.Float32, "m", "k");
        var b = graph.Input("b", OnnxElementType.Float32, "k", "n");
        graph.Output(graph.Node("MatMul", [a, b]), "d", "m", "n");
        return graph.Build(new Dictionary<string, string>());
    }
}
