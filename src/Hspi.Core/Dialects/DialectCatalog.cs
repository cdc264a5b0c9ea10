using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Every dialect, the specific before the generic.</summary>
public static class DialectCatalog
{
    /// <summary>In the order in which they are asked whether they recognise a response.</summary>
    public static IReadOnlyList<IDialect> All { get; } =
    [
        new LlamaProps(),
        new EmbeddingAnswers(),
        new LlamaCompletion(),
        new SglangGenerate(),
        .. ScoredForms.All,
        new TgiGenerate(),
        new Gemini(),
        new Ollama(),
        new LmStudio(),
        new AzureOpenAi(),
        new OpenRouter(),
        new Fireworks(),
        new Together(),
        new DeepSeek(),
        new VllmChat(),
        new VllmCompletions(),
        new LlamaOpenAiCompletions(),
        new OpenAiResponses(),
        new OpenAiChat(),
        new OpenAiCompletions(),
    ];

    /// <summary>Hosts whose dialect is documented; still only a first guess of the capability probe.</summary>
    private static readonly (string Suffix, string Dialect)[] Hosts =
    [
        ("api.openai.com", "openai-chat"),
        (".openai.azure.com", "azure-openai"),
        ("openrouter.ai", "openrouter"),
        ("api.fireworks.ai", "fireworks"),
        ("api.together.xyz", "together"),
        ("api.together.ai", "together"),
        ("api.deepseek.com", "deepseek"),
        ("generativelanguage.googleapis.com", "gemini"),
    ];

    /// <summary>The dialect of a recorded response; null where none recognises it.</summary>
    public static IDialect? Recognise(Exchange exchange) => All.FirstOrDefault(dialect => dialect.Recognises(exchange));

    /// <summary>The dialect that a known provider documents; null for every other host.</summary>
    public static IDialect? ForHost(Uri endpoint) =>
        Hosts.Where(known => endpoint.Host.EndsWith(known.Suffix, StringComparison.OrdinalIgnoreCase)).Select(known => Find(known.Dialect)).FirstOrDefault();

    /// <summary>The dialect with this name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IDialect Find(string name) => All.FirstOrDefault(dialect => dialect.Name == name)
        ?? throw new UsageException($"Unknown dialect \"{name}\". Known: {string.Join(", ", All.Select(dialect => dialect.Name))}.");
}
