using Hspi.Answers;
using Hspi.Collection;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Platforms;
using Hspi.Cuda.Reports;
using Hspi.Datasets;
using Hspi.Networks;
using Hspi.Probes;

namespace Hspi.Cuda.Recording;

/// <summary>The committed decoder with every product in the card's library: the prompts of the enrolled sets, as rows of a dataset.</summary>
/// <remarks>Prefill and decode are both in each answer: step 0 comes from the prefill, the others from decode steps.</remarks>
internal sealed class DecoderTopic() : CardTopic("decoder", "the decoder on the enrolled prompts, every precision and batch", 330)
{
    private const string PromptSet = "random-words";

    // As in datasets/reference.parquet: only answers cut at the same length can be of one class.
    private const int KeptLogits = 20;

    /// <inheritdoc/>
    public override async Task<CardReport> AskAsync(TopicContext context, CardReport report, CancellationToken cancellationToken)
    {
        using var library = OpenedLibrary.Of(context.Card);
        var networks = new NetworkLibrary(context.Options.DataFolder);
        var probes = new ProbeLibrary(Path.Combine(context.Options.DataFolder, "probes"));
        List<ProbeSet> sets = [.. context.Options.PromptSeeds.Select(seed => probes.Make(PromptSet, seed, context.Options.Prompts))];
        var measured = context.Card.Origin == CardOrigin.Measured;
        var keep = new AnswerRows(
            measured ? AnswerOrigin.Measured : AnswerOrigin.Computed,
            KeptLogits, networks.DecoderHash, HostText.Describe(), $"{library.Library}; {context.Card.Runtime}; .NET {Environment.Version}", DriverOf(context.Card));
        List<DecoderAnswers> answers = [];
        // Batch 1 of every precision first: what time cuts off is the larger batches.
        foreach (var (batch, network) in from batch in context.Options.Batches from network in CardNetwork.All select (batch, network))
        {
            if (context.IsLate())
            {
                break;
            }

            await using var backend = new CardBackend(context.Card.Description, library, network, batch, networks);
            List<DatasetRow> rows = [];
            var unsupported = 0;
            foreach (var (set, probe) in from set in sets from probe in set.Probes select (set, probe))
            {
                if (context.IsLate())
                {
                    break;
                }

                var answer = await backend.AskAsync(probe, cancellationToken);
                unsupported += answer is Answer.Unsupported ? 1 : 0;
                rows.AddRange(keep.Of(backend.Platform, set, answer, sample: 0, context.Clock.GetUtcNow()));
            }

            var prompts = rows.Select(row => row.ProbeHash).Distinct().Count();
            var file = Path.Combine("decoder", $"{network.Name}{(network.Kernels.Length > 0 ? "-" : "")}{network.Kernels}-batch{batch}.jsonl");
            await WholeFile.WriteTextAsync(Path.Combine(context.Options.Folder, file), CardRows.Write(context.Card.Origin, rows), cancellationToken);
            answers.Add(new DecoderAnswers(backend.Platform.ToString(), file, prompts, unsupported));
            context.Progress.Report($"{prompts} prompts: {backend.Platform}");
        }

        return report with { Decoder = answers, CublasLt = library.Library };
    }

    private static string DriverOf(ICard card) =>
        card.Driver.Length > 0 ? $"{card.Driver} (CUDA {card.Description.CudaVersion})" : $"CUDA {card.Description.CudaVersion}";
}
