using Hspi.Backends.Torch.Graphs;
using Hspi.Networks.Onnx;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Training;

/// <summary>The loop that both networks share: AdamW, clipped gradients, a cosine rate.</summary>
internal static class Optimisation
{
    private const double LargestGradient = 1.0;
    private const double WeightDecay = 0.01;

    /// <summary>Trains the weights of <paramref name="model"/>.</summary>
    /// <param name="model">The graph with its initial weights.</param>
    /// <param name="settings">How.</param>
    /// <param name="loss">The loss of the next rows: draws them itself.</param>
    /// <param name="progress">Told about every step.</param>
    /// <param name="cancellationToken">Stops between two steps; nothing is kept then.</param>
    public static OnnxModel Run(OnnxModel model, TrainingSettings settings, Func<TorchGraph, Tensor> loss, IProgress<TrainingStep> progress, CancellationToken cancellationToken)
    {
        using var graph = new TorchGraph(model, settings.Context);
        var weights = graph.MakeTrainable().Values.ToList();
        using var optimiser = new AdamW(weights, 0.9, 0.98, WeightDecay);
        for (var step = 0; step < settings.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            optimiser.ClearGradients();
            var value = loss(graph);
            value.backward();
            nn.utils.clip_grad_norm_(weights, LargestGradient);
            optimiser.Step(settings.RateAt(step));
            progress.Report(new TrainingStep(step + 1, settings.Steps, value.item<float>()));
        }

        return graph.WithCurrentWeights();
    }
}
