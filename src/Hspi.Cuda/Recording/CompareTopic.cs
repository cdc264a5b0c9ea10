using System.Numerics.Tensors;
using Hspi.Backends;
using Hspi.Collection;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Platforms;
using Hspi.Cuda.Reports;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Probes;

namespace Hspi.Cuda.Recording;

/// <summary>The decoder on the card beside the computed one, operation by operation: how well does a computed card predict the real one?</summary>
/// <remarks>
/// Both read the same tokens, the card's. Everything but the products is the interpreter's in both, so what differs are the library's
/// products: units, order of sums, choice of kernels. Exponentials and reductions of real engines take no part here.
/// </remarks>
internal sealed class CompareTopic() : CardTopic("compare", "each operation of the decoder against the computed card", 200)
{
    private const string PromptSet = "random-words";

    /// <inheritdoc/>
    public override Task<CardReport> AskAsync(TopicContext context, CardReport report, CancellationToken cancellationToken)
    {
        using var library = OpenedLibrary.Of(context.Card);
        var networks = new NetworkLibrary(context.Options.DataFolder);
        var probes = new ProbeLibrary(Path.Combine(context.Options.DataFolder, "probes"));
        List<PromptProbe> prompts = [.. probes.Make(PromptSet, context.Options.PromptSeeds[0], context.Options.Prompts).Probes.Cast<PromptProbe>()];
        List<OperationAgreement> operations = [];
        List<string> skipped = [];
        foreach (var (batch, network) in from batch in context.Options.Batches from network in CardNetwork.All select (batch, network))
        {
            if (context.IsLate())
            {
                break;
            }

            try
            {
                // As much work for each batch: fewer prompts for the larger ones.
                var some = prompts.Take(Math.Max(1, prompts.Count / batch));
                operations.AddRange(Compare(context, library, networks, network, batch, some, cancellationToken));
            }
            catch (NoKernelException none)
            {
                skipped.Add($"comparison of {network.Name} at batch {batch}: {none.Message}");
            }
        }

        context.Progress.Report($"{operations.Sum(one => one.SameInputs)} of {operations.Sum(one => one.Outputs)} outputs of products agree on the card's own inputs");
        return Task.FromResult(report with { Operations = operations, Skipped = [.. report.Skipped.Union(skipped)], CublasLt = library.Library });
    }

    private static IReadOnlyList<OperationAgreement> Compare(
        TopicContext context, ILibraryProducts library, NetworkLibrary networks, CardNetwork network, int batch, IEnumerable<PromptProbe> prompts,
        CancellationToken cancellationToken)
    {
        var size = DecoderGraph.SizeOf(networks.Decoder);
        var (cardLog, computedLog) = (new ProductLog(size.KeyHeads * batch), new ProductLog(size.KeyHeads * batch));
        var computed = network.Computed(context.Architecture);
        using var card = new GraphSession(networks.Decoder, LoggedArithmetic.Of(network.On(library), computed, CardNetwork.HeadWeight, cardLog));
        using var alone = new GraphSession(networks.Decoder, LoggedArithmetic.Of(computed, null, CardNetwork.HeadWeight, computedLog));
        var tally = new OperationTally($"{network.Name}{(network.Kernels.Length > 0 ? "/" : "")}{network.Kernels}", batch);
        foreach (var prompt in prompts)
        {
            var onCard = new DecoderSession(card, size, batch);
            var onItsOwn = new DecoderSession(alone, size, batch);
            List<int> tokens = [.. networks.Tokenizer.EncodePrompt(prompt.Prompt)];
            for (var step = 0; step < prompt.NewTokens; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (context.IsLate())
                {
                    return tally.Operations;
                }

                var logits = onCard.Read(tokens)[^1];
                _ = onItsOwn.Read(tokens);
                tally.Add(step == 0 ? "prefill" : "decode", cardLog.Take(), computedLog.Take());
                tokens = [TensorPrimitives.IndexOfMax(logits.Span)];
            }
        }

        return tally.Operations;
    }
}

/// <summary>Adds up agreement by phase and operation, in the order of the network.</summary>
internal sealed class OperationTally(string precision, int batch)
{
    private readonly List<OperationAgreement> _operations = [];
    private readonly Dictionary<(string Phase, string Operation), int> _places = [];

    /// <summary>What has been added up.</summary>
    public IReadOnlyList<OperationAgreement> Operations => _operations;

    /// <summary>Adds one run of the network on the card, and the same run of the computed one.</summary>
    public void Add(string phase, IReadOnlyList<LoggedProduct> card, IReadOnlyList<LoggedProduct> computed)
    {
        foreach (var (one, other) in card.Zip(computed, (one, other) => (one, other)))
        {
            if (one.Operation != other.Operation || one.Outputs.Length != other.Outputs.Length)
            {
                throw new InvalidOperationException($"The card computed {one.Operation} where the computed network has {other.Operation}.");
            }

            var place = (phase, one.Operation);
            if (!_places.TryGetValue(place, out var at))
            {
                at = _places[place] = _operations.Count;
                _operations.Add(new(precision, batch, phase, one.Operation, 0, 0, 0));
            }

            var known = _operations[at];
            _operations[at] = known with
            {
                Outputs = known.Outputs + one.Outputs.Length,
                SameInputs = known.SameInputs + one.SameInputs,
                EndToEnd = known.EndToEnd + EqualBits.Count(one.Outputs, other.Outputs),
            };
        }
    }
}
