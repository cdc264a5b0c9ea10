using Hspi.Backends.Torch.Graphs;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Networks.Training;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Training;

/// <summary>Trains the image classifier on drawn patterns.</summary>
public static class ClassifierTraining
{
    /// <summary>Images that the accuracy is measured on.</summary>
    public const int HeldOutImages = 2000;

    /// <summary>Trains, and measures on images of a seed that training never saw.</summary>
    /// <param name="settings">How.</param>
    /// <param name="progress">Told about every step.</param>
    /// <param name="cancellationToken">Stops it; nothing is kept then.</param>
    /// <returns>The classifier, and its held-out accuracy.</returns>
    public static (OnnxModel Model, Interval Accuracy) Run(TrainingSettings settings, IProgress<TrainingStep> progress, CancellationToken cancellationToken)
    {
        var images = new PatternImages(settings.Seed + 1);
        Loading.TorchLoader.EnsureLoaded();
        return TorchContext.Under(settings.Context, () =>
        {
            var model = Optimisation.Run(ClassifierGraph.Build(settings.Seed), settings, graph => Loss(graph, images, settings.Rows), progress, cancellationToken);
            return (model, Measure(model, new PatternImages(settings.Seed + 2), settings.Context));
        });
    }

    private static Tensor Loss(TorchGraph graph, PatternImages images, int count)
    {
        var (pixels, labels) = Draw(images, count);
        return nn.functional.cross_entropy(Logits(graph, pixels), labels);
    }

    private static Interval Measure(OnnxModel model, PatternImages images, TorchSettings context)
    {
        using var graph = new TorchGraph(model, context);
        const int atOnce = 100;
        var right = 0;
        for (var done = 0; done < HeldOutImages; done += atOnce)
        {
            using var scope = NewDisposeScope();
            using var inference = no_grad();
            var (pixels, labels) = Draw(images, atOnce);
            right += (int)Logits(graph, pixels).argmax(1).eq(labels).sum().item<long>();
        }

        return Interval.Wilson(right, HeldOutImages);
    }

    private static Tensor Logits(TorchGraph graph, Tensor pixels) =>
        graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["image"] = pixels })["logits"];

    private static (Tensor Pixels, Tensor Labels) Draw(PatternImages images, int count)
    {
        var pixels = new float[count * 3 * ClassifierGraph.Side * ClassifierGraph.Side];
        var labels = new long[count];
        for (var i = 0; i < count; i++)
        {
            var (bytes, label) = images.Next();
            labels[i] = label;
            for (var at = 0; at < bytes.Length; at++)
            {
                pixels[(i * bytes.Length) + at] = bytes[at] / 255f;
            }
        }

        return (tensor(pixels, [count, 3, ClassifierGraph.Side, ClassifierGraph.Side]), tensor(labels, [count]));
    }
}
