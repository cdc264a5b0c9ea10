using System.Text.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>A router in front of many providers. One is pinned, none may step in, and none may drop a parameter in silence.</summary>
/// <remarks>Source: openrouter.ai/docs, provider routing. Without <c>require_parameters</c> a provider may ignore <c>logprobs</c>.</remarks>
public sealed class OpenRouter : OpenAiChat
{
    /// <inheritdoc/>
    public override string Name => "openrouter";

    /// <inheritdoc/>
    protected override bool PinsProvider => true;

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && (exchange.Response!.Body.Contains("\"native_finish_reason\"", StringComparison.Ordinal)
            || exchange.Request.Url.Contains("openrouter.ai/", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    private protected override void WriteExtras(Utf8JsonWriter writer, Question question)
    {
        writer.WriteStartObject("provider");
        if (question.Provider.Length > 0)
        {
            writer.WriteStartArray("only");
            writer.WriteStringValue(question.Provider);
            writer.WriteEndArray();
        }

        writer.WriteBoolean("allow_fallbacks", false);
        writer.WriteBoolean("require_parameters", true);
        writer.WriteEndObject();
    }
}
