using Hspi.Dialects;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Backends.Endpoint;

/// <summary>What <c>/v1/models</c> gives away: the models, and by whom they say they are owned.</summary>
internal sealed class ModelList : IDialect
{
    /// <inheritdoc/>
    public string Name => "models";

    /// <inheritdoc/>
    public int MostAlternatives => 0;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => false;

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => new("GET", "v1/models", [], "");

    /// <inheritdoc/>
    /// <remarks>Listing is free: no tokens are counted.</remarks>
    public ParsedAnswer Read(Exchange exchange) => new() { Dialect = Name, Usage = new Usage(0, 0) };

    /// <summary>Longer names are nobody's: each question would carry it.</summary>
    public const int LongestName = 256;

    /// <summary>The first model of the list; empty where there is none, or its name is too long to be one.</summary>
    public static string First(Exchange listed) =>
        Values(listed).Select(value => value.At("data").Item(0).At("id").Text() ?? value.At("models").Item(0).At("name").Text()).FirstOrDefault() is { Length: <= LongestName } name ? name : "";

    /// <summary>What to try, the likeliest first. Raw completion before chat: no template stands between the probe and the model.</summary>
    public static IEnumerable<IDialect> Candidates(Exchange listed)
    {
        var owner = Values(listed).Select(value => value.At("data").Item(0).At("owned_by").Text()).FirstOrDefault() ?? "";
        var names = owner switch
        {
            "llamacpp" => ["llama.cpp-completion", "openai-chat"],
            "vllm" => ["vllm-completions", "vllm-chat"],
            "sglang" => ["sglang-generate", "openai-chat"],
            "library" => ["ollama", "openai-chat"],
            "organization_owner" => ["lmstudio", "openai-chat"],
            _ => (string[])["openai-completions", "openai-chat", "tgi-generate"],
        };
        return names.Select(DialectCatalog.Find);
    }

    private static IReadOnlyList<System.Text.Json.JsonElement> Values(Exchange listed) => BodyEvents.Read(listed.Response?.Body ?? "").Values;
}
