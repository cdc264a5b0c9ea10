using Hspi.Answers;
using Hspi.Backends.Cuda.Card;
using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Networks;
using Hspi.Networks.Interpreter;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Backends.Cuda.Stages;

/// <summary>The committed decoder with every product in the card's library: the prompts of the enrolled sets, as rows of a dataset.</summary>
/// <remarks>Prefill and decode are both in each answer: step 0 comes from the prefill, the others from decode steps.</remarks>
internal sealed class DecoderStage : ICardStage
{
    private const string PromptSet = "random-words";

    // As in datasets/reference.parquet: only answers cut at the same length can be of one class.
    private const int KeptLogits = 20;

    /// <inheritdoc/>
    public string Name => "decoder";

    /// <inheritdoc/>
    public string What => "the decoder on the enrolled prompts, every precision and batch";

    /// <inheritdoc/>
    public int Share => 330;

    /// <inheritdoc/>
    public async Task<CardReport> AskAsync(StageContext context, CardReport report, CancellationToken cancellationToken)
    {
        using var library = OpenedLibrary.Of(context.Card);
        var networks = new NetworkLibrary(context.Options.DataFolder);
        var probes = new ProbeLibrary(Path.Combine(context.Options.DataFolder, "probes"));
        List<ProbeSet> sets = [.. context.Options.PromptSeeds.Select(seed => probes.Make(PromptSet, seed, context.Options.Prompts))];
        var measured = context.Card.Origin == CardReport.Measured;
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

            var platform = PlatformOf(context, library, network, batch);
            await using var backend = new NetworkBackend(platform, model => new GraphSession(model, network.On(library)), networks);
            List<DatasetRow> rows = [];
            var unsupported = 0;
            foreach (var (set, probe) in from set in sets from probe in set.Probes select (set, probe))
            {
                if (context.IsLate())
                {
                    break;
                }

                var answer = await AskAsync(backend, probe, cancellationToken);
                unsupported += answer is Answer.Unsupported ? 1 : 0;
                rows.AddRange(keep.Of(platform, set, answer, sample: 0, context.Clock.GetUtcNow()));
            }

            var prompts = rows.Select(row => row.ProbeHash).Distinct().Count();
            var file = Path.Combine("decoder", $"{network.Name}{(network.Kernels.Length > 0 ? "-" : "")}{network.Kernels}-batch{batch}.jsonl");
            await WholeFile.WriteTextAsync(Path.Combine(context.Options.Folder, file), CardRows.Write(context.Card.Origin, rows), cancellationToken);
            answers.Add(new DecoderAnswers(platform.ToString(), file, prompts, unsupported));
            context.Progress.Report($"{prompts} prompts: {platform}");
        }

        return report with { Decoder = answers, CublasLt = library.Library };
    }

    /// <summary>A card's name as a column: <c>NVIDIA H100 80GB HBM3</c> is <c>h100-80gb-hbm3</c>, which a claim may call <c>h100</c>.</summary>
    public static string DeviceOf(string card) => string.Join(
        '-',
        card.ToLowerInvariant().Split([' ', ',', '='], StringSplitOptions.RemoveEmptyEntries).Where(word => word != "nvidia"));

    private static async Task<Answer> AskAsync(NetworkBackend backend, Probe probe, CancellationToken cancellationToken)
    {
        try
        {
            return await backend.AskAsync(probe, cancellationToken);
        }
        catch (NoKernelException none)
        {
            return new Answer.Unsupported(probe, none.Message);
        }
    }

    private static Platform PlatformOf(StageContext context, ILibraryProducts library, CardNetwork network, int batch) => new()
    {
        Engine = library.Engine,
        Version = library.Version,
        Device = DeviceOf(context.Card.Description.Name),
        Architecture = context.Architecture.Name,
        Precision = network.Name,
        Kernels = network.Kernels,
        Batch = batch,
    };

    private static string DriverOf(ICard card) =>
        card.Driver.Length > 0 ? $"{card.Driver} (CUDA {card.Description.CudaVersion})" : $"CUDA {card.Description.CudaVersion}";
}
