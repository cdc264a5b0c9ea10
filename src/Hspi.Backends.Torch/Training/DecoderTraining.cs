using Hspi.Backends.Torch.Graphs;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Networks.Text;
using Hspi.Networks.Training;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Training;

/// <summary>Trains the decoder on texts of the story grammar.</summary>
public static class DecoderTraining
{
    private const int Length = 96;

    /// <summary>Texts that the loss is measured on.</summary>
    public const int HeldOutRows = 256;

    private static readonly long[] Positions = [.. Enumerable.Range(0, Length).Select(position => (long)position)];
    private static readonly float[] Mask = [.. Enumerable.Range(0, Length * Length).Select(at => at % Length > at / Length ? -1e9f : 0)];

    /// <summary>Trains, and measures on texts of a seed that training never saw.</summary>
    /// <param name="size">Size of the decoder.</param>
    /// <param name="words">Words of the grammar.</param>
    /// <param name="tokenizer">Its vocabulary is the decoder's.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Told about every step.</param>
    /// <param name="cancellationToken">Stops it; nothing is kept then.</param>
    /// <returns>The decoder, and its held-out mean cross-entropy in nats per token.</returns>
    public static (OnnxModel Model, Interval Loss) Run(
        DecoderSize size, WordList words, Tokenizer tokenizer, TrainingSettings settings, IProgress<TrainingStep> progress, CancellationToken cancellationToken)
    {
        var rows = new TokenRows(words, tokenizer, settings.Seed + 1);
        var initial = DecoderGraph.Build(size, settings.Seed);
        Loading.TorchLoader.EnsureLoaded();
        return TorchContext.Under(settings.Context, () =>
        {
            var model = Optimisation.Run(initial, settings, graph => Loss(graph, size, rows, settings.Rows).mean(), progress, cancellationToken);
            return (model, Measure(model, size, new TokenRows(words, tokenizer, settings.Seed + 2), settings.Context));
        });
    }

    private static Interval Measure(OnnxModel model, DecoderSize size, TokenRows rows, TorchSettings context)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        using var graph = new TorchGraph(model, context);
        return Interval.OfMean([.. Loss(graph, size, rows, HeldOutRows).mean([1]).data<float>()]);
    }

    /// <summary>Cross-entropy of every next token, [rows, length].</summary>
    private static Tensor Loss(TorchGraph graph, DecoderSize size, TokenRows rows, int count)
    {
        var ids = tensor(rows.Next(count, Length + 1), [count, Length + 1]);
        var given = ids.narrow(1, 0, Length).contiguous();
        var next = ids.narrow(1, 1, Length).contiguous();
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["token_ids"] = given,
            ["positions"] = tensor(Positions, [Length]),
            ["mask"] = tensor(Mask, [Length, Length]),
        };
        for (var layer = 0; layer < size.Layers; layer++)
        {
            inputs[$"past_key_{layer}"] = zeros(count, size.KeyHeads, 0, size.HeadWidth);
            inputs[$"past_value_{layer}"] = zeros(count, size.KeyHeads, 0, size.HeadWidth);
        }

        var logits = graph.Run(inputs)["logits"];
        return nn.functional.cross_entropy(logits.reshape(-1, size.Vocabulary), next.reshape(-1), reduction: nn.Reduction.None).reshape(count, Length);
    }
}
