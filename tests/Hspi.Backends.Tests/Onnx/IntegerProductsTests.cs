using System.Runtime.Intrinsics.X86;
using Hspi.Backends.Onnx;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Probes;

namespace Hspi.Backends.Tests.Onnx;

/// <summary>The arithmetic of ONNX Runtime's 8-bit products, which is not the same on every CPU.</summary>
public sealed class IntegerProductsTests
{
    private const int Terms = 16;

    /// <summary>Whether ONNX Runtime adds the products two by two in 16 bits that saturate: vpmaddubsw, where an x86 CPU lacks VNNI.</summary>
    public static bool PairsSaturate { get; } =
        X86Base.IsSupported
        && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) == 0 // AVX512_VNNI
        && (X86Base.CpuId(7, 1).Eax & (1 << 4)) == 0; // AVX_VNNI

    // 255 · 127 · 2 is nearly twice what 16 bits hold. Activations in [0, 1] are whole multiples of 1/255, weights of 1/127.
    [Fact]
    public void The_largest_products_are_added_exactly_or_two_by_two_in_16_bits()
    {
        var chance = new SeededNormal(3);
        var left = Enumerable.Range(0, Terms).Select(i => i < 2 ? i : Math.Clamp(0.6 + (0.4 * chance.NextNormal()), 0, 1)).Select(value => (int)Math.Round(value * 255)).ToArray();
        var right = Enumerable.Range(0, Terms).Select(i => i < 2 ? 127 : Math.Clamp((int)Math.Round(90 + (60 * chance.NextNormal())), -127, 127)).ToArray();
        var graph = new GraphBuilder("product");
        var x = graph.Input("x", OnnxElementType.Float32, 1, Terms);
        graph.Output(graph.Node("MatMul", [x, graph.Weight("w", [Terms, 1], [.. right.Select(value => value / 127f)])]), "y", 1, 1);
        using var session = new OnnxSession(graph.Build(new Dictionary<string, string>()), new OnnxSettings(Precision: OnnxPrecision.Int8PerTensor));

        var made = ((Tensor.Float)session.Run(new Dictionary<string, Tensor> { ["x"] = new Tensor.Float([1, Terms], left.Select(value => value / 255f).ToArray()) })["y"]).Values.Span[0];

        var products = left.Zip(right, (a, b) => a * b).ToArray();
        var inPairs = products.Chunk(2).Sum(pair => Math.Clamp(pair.Sum(), short.MinValue, short.MaxValue));
        Assert.NotEqual(products.Sum(), inPairs);
        Assert.Equal((PairsSaturate ? inPairs : products.Sum()) / (255.0 * 127), made, 1e-5);
    }
}
