using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>DeepSeek's chat: OpenAI's, with the model's reasoning beside its answer and the cache in its count of tokens.</summary>
/// <remarks>Source: api-docs.deepseek.com, create chat completion.</remarks>
public sealed class DeepSeek : OpenAiChat
{
    /// <inheritdoc/>
    public override string Name => "deepseek";

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && (exchange.Response!.Body.Contains("\"prompt_cache_hit_tokens\"", StringComparison.Ordinal)
            || exchange.Request.Url.Contains("api.deepseek.com/", StringComparison.OrdinalIgnoreCase));
}
