namespace Hspi.Cuda.Recording;

/// <summary>What a run asks, and where its answers go.</summary>
/// <param name="Folder">Receives <c>report.json</c>, <c>rows/</c>, <c>probes/</c> and <c>decoder/</c>; created if need be.</param>
/// <param name="DataFolder">Holds <c>probes</c> and <c>trained/networks</c>.</param>
internal sealed record CardRunOptions(string Folder, string DataFolder)
{
    /// <summary>Names of the topics; they run in the order of <see cref="CardTopics.All"/>.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [.. CardTopics.All.Select(topic => topic.Name)];

    /// <summary>Time for the whole run.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(540);

    /// <summary>Outputs compared for each matrix instruction, from 1.</summary>
    public long Cases { get; init; } = 1_000_000;

    /// <summary>Seed of all operands.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Vector files to ask besides the numeric probes.</summary>
    public IReadOnlyList<string> Vectors { get; init; } = [];

    /// <summary>Shapes of library products.</summary>
    public ProductShapes Shapes { get; init; } = ProductCheck.AllShapes;

    /// <summary>Batches of the decoder.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [1, 2, 8, 32];

    /// <summary>Seeds of the decoder's prompts: those of the enrolled set.</summary>
    public IReadOnlyList<ulong> PromptSeeds { get; init; } = [1, 2, 3, 4, 5];

    /// <summary>Prompts per seed.</summary>
    public int Prompts { get; init; } = 8;
}
