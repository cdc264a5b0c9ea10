using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>llama.cpp's <c>/props</c>: no answer to a question, but the settings and the build of the server.</summary>
public sealed class LlamaProps : IDialect
{
    /// <inheritdoc/>
    public string Name => "llama.cpp-props";

    /// <inheritdoc/>
    public int MostAlternatives => 0;

    /// <inheritdoc/>
    public bool IsAsked => false;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) =>
        exchange.Response?.Body.Contains("\"default_generation_settings\"", StringComparison.Ordinal) ?? false;

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => new("GET", "props", [], "");

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        var props = events.Values.Count > 0 ? events.Values[0] : default;
        return new ParsedAnswer
        {
            Dialect = Name,
            Model = props.At("model_path").Text() ?? props.At("default_generation_settings").At("model").Text() ?? "",
            Error = ErrorBody.Find(exchange.Response, events),
        };
    }
}
