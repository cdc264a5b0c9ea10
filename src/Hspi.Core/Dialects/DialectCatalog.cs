using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Every dialect, the specific before the generic.</summary>
public static class DialectCatalog
{
    /// <summary>In the order in which they are asked whether they recognise a response.</summary>
    public static IReadOnlyList<IDialect> All { get; } =
    [
        new OpenAiChat(),
        new OpenAiCompletions(),
    ];

    /// <summary>The dialect of a recorded response; null where none recognises it.</summary>
    public static IDialect? Recognise(Exchange exchange) => All.FirstOrDefault(dialect => dialect.Recognises(exchange));

    /// <summary>The dialect with this name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IDialect Find(string name) => All.FirstOrDefault(dialect => dialect.Name == name)
        ?? throw new UsageException($"Unknown dialect \"{name}\". Known: {string.Join(", ", All.Select(dialect => dialect.Name))}.");
}
