using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Fireworks' chat: OpenAI's, with at most five alternatives, and token ids in its rows.</summary>
/// <remarks>Source: fw-ai-external/python-sdk, chat completion parameters.</remarks>
public sealed class Fireworks : OpenAiChat
{
    /// <inheritdoc/>
    public override string Name => "fireworks";

    /// <inheritdoc/>
    public override int MostAlternatives => 5;

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && (exchange.Response!.Body.Contains("\"sampling_logprob\"", StringComparison.Ordinal)
            || exchange.Request.Url.Contains("api.fireworks.ai/", StringComparison.OrdinalIgnoreCase));
}
