using Hspi.Backends.Torch.Graphs;
using Hspi.Backends.Torch.Loading;
using Hspi.Backends.Torch.Training;
using Hspi.Classification;
using Hspi.Probes;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Hspi.Backends.Torch.Classification;

/// <summary>A network with one hidden layer, trained by TorchSharp: all samples at once, on one thread, from seeded weights of our own.</summary>
public sealed class TorchTrainer : IClassifierTrainer
{
    private const int Hidden = 48;
    private const int Epochs = 400;
    private const double LearningRate = 0.01;

    /// <summary>Keeps the weights small: there are more of them than questions.</summary>
    private const double WeightDecay = 0.003;

    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public IReadOnlyList<DenseLayer> Train(IReadOnlyList<LabelledSample> samples, int labels, ulong seed)
    {
        TorchLoader.EnsureLoaded();
        return TorchContext.Under(new TorchSettings(), () => TrainOnOneThread(samples, labels, seed));
    }

    private static IReadOnlyList<DenseLayer> TrainOnOneThread(IReadOnlyList<LabelledSample> samples, int labels, ulong seed)
    {
        using var scope = NewDisposeScope();
        var width = samples[0].Features.Length;
        var chance = new SeededNormal(seed);
        var inputs = tensor(samples.SelectMany(sample => sample.Features).ToArray(), [samples.Count, width]);
        var truth = tensor(samples.Select(sample => (long)sample.Label).ToArray());
        Parameter[] trained =
        [
            new(Start(ref chance, Hidden, width)), new(zeros(Hidden)),
            new(Start(ref chance, labels, Hidden)), new(zeros(labels)),
        ];
        using var optimiser = new AdamW(trained, 0.9, 0.999, WeightDecay);
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            using var step = NewDisposeScope();
            optimiser.ClearGradients();
            var hidden = nn.functional.relu(nn.functional.linear(inputs, trained[0], trained[1]));
            nn.functional.cross_entropy(nn.functional.linear(hidden, trained[2], trained[3]), truth).backward();
            optimiser.Step(LearningRate);
        }

        return [Layer(trained[0], trained[1]), Layer(trained[2], trained[3])];
    }

    /// <summary>N(0, 2 / inputs), He's start for rectified layers.</summary>
    private static Tensor Start(ref SeededNormal chance, int outputs, int inputs)
    {
        var values = new float[outputs * inputs];
        var scale = Math.Sqrt(2.0 / inputs);
        foreach (ref var value in values.AsSpan())
        {
            value = (float)(scale * chance.NextNormal());
        }

        return tensor(values, [outputs, inputs]);
    }

    private static DenseLayer Layer(Tensor weights, Tensor biases)
    {
        var width = (int)weights.shape[1];
        return new DenseLayer([.. weights.detach().data<float>().ToArray().Chunk(width)], biases.detach().data<float>().ToArray());
    }
}
