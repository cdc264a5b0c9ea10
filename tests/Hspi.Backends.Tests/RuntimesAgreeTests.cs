using Hspi.Backends.Onnx;
using Hspi.Backends.Torch.Graphs;
using Hspi.Backends.Torch.Loading;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Tests;
using TorchSharp;

namespace Hspi.Backends.Tests;

/// <summary>Two programs that share no code but the graph: where both run it rightly, they differ by rounding only.</summary>
public sealed class RuntimesAgreeTests
{
    private static readonly DecoderSize Tiny = new(300, 32, 2, 4, 2, 48, 32);

    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 3)]
    [InlineData(true, true, 3)]
    public void The_decoder_in_fp64_agrees_with_onnx_runtime(bool fused, bool linear, int batch)
    {
        var inputs = DecoderInputs(batch);

        Agree(DecoderGraph.Build(Tiny, 3), inputs, new TorchSettings(torch.ScalarType.Float64, fused, linear), 1e-4);
    }

    [Fact]
    public void The_classifier_in_fp64_agrees_with_onnx_runtime() =>
        Agree(ClassifierGraph.Build(3), new Dictionary<string, Tensor> { ["image"] = Noise([2, 3, 32, 32]) }, new TorchSettings(torch.ScalarType.Float64), 1e-4);

    [Theory]
    [InlineData("models/cifar10-pytorch-tutorial.onnx")]
    [InlineData("models/mnist-cntk.onnx")]
    public void A_network_of_other_people_agrees_too(string file)
    {
        var model = OnnxReader.ReadFile(Repository.Shared(file));
        var inputs = model.Graph.Inputs.ToDictionary(input => input.Name, Tensor (input) => Noise([.. input.Shape.Select(extent => (int)(extent.Extent ?? 1))]));

        Agree(model, inputs, new TorchSettings(torch.ScalarType.Float64), 2e-3); // values up to about 100
    }

    [Fact]
    public void Attention_is_one_operator_where_it_is_asked_for()
    {
        var fused = AttentionPattern.Fuse(DecoderGraph.Build(Tiny, 3).Graph);

        Assert.Equal(Tiny.Layers, fused.Count(node => node.OperatorType == AttentionPattern.Fused));
        Assert.DoesNotContain(fused, node => node.OperatorType == "Softmax");
    }

    [Fact]
    public void Integer_products_stay_near_the_real_ones()
    {
        var model = DecoderGraph.Build(Tiny, 3);
        var inputs = DecoderInputs(1);
        using var exact = new OnnxSession(model, new OnnxSettings());
        using var integers = new OnnxSession(model, new OnnxSettings(Precision: OnnxPrecision.Int8PerColumn));

        var distance = Distance(exact.Run(inputs)["logits"], integers.Run(inputs)["logits"]);

        Assert.InRange(distance, 1e-4, Onnx.IntegerProductsTests.PairsSaturate ? 1.5 : 0.3);
    }

    private static void Agree(OnnxModel model, Dictionary<string, Tensor> inputs, TorchSettings settings, double within)
    {
        Assert.SkipWhen(TorchLoader.Unavailable() is not null, TorchLoader.Unavailable() ?? "");
        using var one = new OnnxSession(model, new OnnxSettings());
        using var other = new TorchSession(model, settings);

        var (expected, actual) = (one.Run(inputs), other.Run(inputs));

        Assert.All(expected.Keys, name => Assert.InRange(Distance(expected[name], actual[name]), 0, within));
    }

    private static double Distance(Tensor one, Tensor other)
    {
        Assert.Equal(one.Shape, other.Shape);
        return ((Tensor.Float)one).Values.ToArray().Zip(((Tensor.Float)other).Values.ToArray(), (x, y) => Math.Abs((double)x - y)).DefaultIfEmpty(0).Max();
    }

    private static Dictionary<string, Tensor> DecoderInputs(int batch)
    {
        const int length = 5;
        var inputs = new Dictionary<string, Tensor>
        {
            ["token_ids"] = new Tensor.Integer([batch, length], [.. Enumerable.Range(0, batch * length).Select(i => (long)(i * 37 % Tiny.Vocabulary))]),
            ["positions"] = new Tensor.Integer([length], [0, 1, 2, 3, 4]),
            ["mask"] = new Tensor.Float([length, length], Enumerable.Range(0, length * length).Select(i => i % length > i / length ? -1e4f : 0).ToArray()),
        };
        for (var layer = 0; layer < Tiny.Layers; layer++)
        {
            inputs[$"past_key_{layer}"] = new Tensor.Float([batch, Tiny.KeyHeads, 0, Tiny.HeadWidth], default);
            inputs[$"past_value_{layer}"] = new Tensor.Float([batch, Tiny.KeyHeads, 0, Tiny.HeadWidth], default);
        }

        return inputs;
    }

    private static Tensor.Float Noise(int[] shape) =>
        new(shape, new InitialWeights(9).Normal(shape.Aggregate(1, (product, extent) => product * extent), 1));
}
