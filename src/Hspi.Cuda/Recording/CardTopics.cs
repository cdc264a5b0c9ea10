namespace Hspi.Cuda.Recording;

/// <summary>Every topic, in the order in which they run: what is settled by few answers comes first.</summary>
internal static class CardTopics
{
    /// <summary>All topics.</summary>
    public static IReadOnlyList<CardTopic> All { get; } =
        [new ProbeTopic(), new FunctionTopic(), new InstructionTopic(), new ProductTopic(), new DecoderTopic(), new CompareTopic()];

    /// <summary>The topics of those names, in the order of <see cref="All"/>.</summary>
    /// <exception cref="UsageException">There is no such topic.</exception>
    public static IReadOnlyList<CardTopic> Of(IReadOnlyList<string> names)
    {
        var unknown = names.FirstOrDefault(name => All.All(topic => topic.Name != name));
        return unknown is null
            ? [.. All.Where(topic => names.Contains(topic.Name))]
            : throw new UsageException($"Unknown topic \"{unknown}\". Known: {string.Join(", ", All.Select(topic => topic.Name))}.");
    }
}
