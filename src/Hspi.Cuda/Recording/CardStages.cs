namespace Hspi.Cuda.Recording;

/// <summary>Every stage, in the order in which they run: what is settled by few answers comes first.</summary>
internal static class CardStages
{
    /// <summary>All stages.</summary>
    public static IReadOnlyList<ICardStage> All { get; } =
        [new ProbeStage(), new FunctionStage(), new InstructionStage(), new ProductStage(), new DecoderStage(), new CompareStage()];

    /// <summary>The stages of those names, in the order of <see cref="All"/>.</summary>
    /// <exception cref="UsageException">There is no such stage.</exception>
    public static IReadOnlyList<ICardStage> Of(IReadOnlyList<string> names)
    {
        var unknown = names.FirstOrDefault(name => All.All(stage => stage.Name != name));
        return unknown is null
            ? [.. All.Where(stage => names.Contains(stage.Name))]
            : throw new UsageException($"Unknown stage \"{unknown}\". Known: {string.Join(", ", All.Select(stage => stage.Name))}.");
    }
}
