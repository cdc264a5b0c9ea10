using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>LM Studio's own <c>/api/v0/chat/completions</c>: OpenAI's chat, and the runtime that computed it.</summary>
/// <remarks>Source: lmstudio.ai/docs, REST API v0: <c>stats</c>, <c>model_info</c>, <c>runtime</c>. Scores come through its Responses route only.</remarks>
public sealed class LmStudio : OpenAiChat
{
    /// <inheritdoc/>
    public override string Name => "lmstudio";

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && exchange.Response!.Body.Contains("\"model_info\"", StringComparison.Ordinal)
        && exchange.Response.Body.Contains("\"runtime\"", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override string Path(Question question) => "api/v0/chat/completions";
}
