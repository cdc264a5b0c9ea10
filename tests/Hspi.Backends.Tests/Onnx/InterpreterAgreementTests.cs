using Hspi.Backends.Onnx;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Onnx;
using Hspi.Probes;
using Hspi.Tests;

namespace Hspi.Backends.Tests.Onnx;

/// <summary>
/// The interpreter and ONNX Runtime on the same graphs. Their sums run in different orders, so the bits differ and only here
/// a tolerance is right: fp32 rounding errors of such networks stay far below 1e-4 of the largest logit.
/// </summary>
public sealed class InterpreterAgreementTests
{
    [Fact]
    public void The_decoder_means_the_same_in_both()
    {
        var size = new DecoderSize(64, 32, 2, 4, 2, 48, 32);
        var model = DecoderGraph.Build(size, seed: 2);
        using var ours = new GraphSession(model, Precision.Sequential);
        using var theirs = new OnnxSession(model, new OnnxSettings());

        // Prefill, then a step on the cache.
        foreach (var (ids, past) in ((int, int)[])[(5, 0), (1, 5)])
        {
            var inputs = DecoderInputs(size, ids, past);
            var expected = theirs.Run(inputs);
            var actual = ours.Run(inputs);
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            Assert.All(expected.Keys, name => Near(name, (Tensor.Float)expected[name], (Tensor.Float)actual[name]));
        }
    }

    [Fact]
    public void The_classifier_means_the_same_in_both() => Compare(ClassifierGraph.Build(seed: 2), [2, 3, 32, 32]);

    [Theory]
    [InlineData("cifar10-pytorch-tutorial.onnx", 3, 32)]
    [InlineData("mnist-cntk.onnx", 1, 28)]
    public void Foreign_networks_mean_the_same_in_both(string file, int channels, int side) =>
        Compare(OnnxReader.ReadFile(Repository.Shared($"models/{file}")), [1, channels, side, side]);

    // Its weights are fp16; ONNX Runtime is given the same numbers widened, as the interpreter reads them.
    [Fact]
    public void SqueezeNet_means_the_same_in_both() =>
        Compare(Widened(OnnxReader.ReadFile(Repository.Shared("models/squeezenet-imagenet-fp16.onnx"))), [1, 3, 224, 224]);

    private static void Compare(OnnxModel model, int[] shape)
    {
        using var ours = new GraphSession(model, Precision.Sequential);
        using var theirs = new OnnxSession(model, new OnnxSettings());
        var inputs = new Dictionary<string, Tensor> { [model.Graph.Inputs[0].Name] = Chance(new SeededNormal(9), shape) };

        var expected = (Tensor.Float)theirs.Run(inputs).Values.Single();
        var actual = (Tensor.Float)ours.Run(inputs).Values.Single();

        Near(model.Graph.Name, expected, actual);
    }

    private static void Near(string name, Tensor.Float expected, Tensor.Float actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var (theirs, ours) = (expected.Values.ToArray(), actual.Values.ToArray());
        var largest = theirs.Max(MathF.Abs);
        for (var i = 0; i < theirs.Length; i++)
        {
            Assert.True(MathF.Abs(theirs[i] - ours[i]) <= 1e-4f * largest, $"{name}[{i}]: {theirs[i]} and {ours[i]}");
        }
    }

    private static Dictionary<string, Tensor> DecoderInputs(DecoderSize size, int count, int past)
    {
        var chance = new SeededNormal(4);
        var inputs = new Dictionary<string, Tensor>
        {
            ["token_ids"] = new Tensor.Integer([1, count], [.. Enumerable.Range(0, count).Select(i => (long)chance.Next(size.Vocabulary))]),
            ["positions"] = new Tensor.Integer([count], [.. Enumerable.Range(past, count).Select(i => (long)i)]),
            ["mask"] = new Tensor.Float([count, past + count], Enumerable.Range(0, count * (past + count)).Select(i => i % (past + count) > (i / (past + count)) + past ? -1e4f : 0).ToArray()),
        };
        for (var layer = 0; layer < size.Layers; layer++)
        {
            inputs[$"past_key_{layer}"] = Chance(new SeededNormal(5), [1, size.KeyHeads, past, size.HeadWidth]);
            inputs[$"past_value_{layer}"] = Chance(new SeededNormal(6), [1, size.KeyHeads, past, size.HeadWidth]);
        }

        return inputs;
    }

    private static Tensor.Float Chance(SeededNormal chance, int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, extent) => product * extent)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)chance.NextNormal();
        }

        return new Tensor.Float(shape, values);
    }

    private static OnnxModel Widened(OnnxModel model) => model with
    {
        Graph = model.Graph with
        {
            Initializers = model.Graph.Initializers.ToDictionary(pair => pair.Key, pair => Widened(pair.Value)),
            Inputs = [.. model.Graph.Inputs.Select(Widened)],
            Outputs = [.. model.Graph.Outputs.Select(Widened)],
        },
    };

    private static OnnxValue Widened(OnnxValue value) =>
        value.Type == OnnxElementType.Float16 ? value with { Type = OnnxElementType.Float32 } : value;

    private static OnnxTensor Widened(OnnxTensor tensor) => tensor.Type != OnnxElementType.Float16
        ? tensor
        : new OnnxTensor(
            OnnxElementType.Float32,
            tensor.Shape,
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(tensor.Data.Span).ToArray().SelectMany(half => BitConverter.GetBytes((float)half)).ToArray());
}
