using System.Text.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Together's chat: <c>logprobs</c> is a number of alternatives, and comes back in the arrays of legacy completions.</summary>
/// <remarks>Source: docs.together.ai, chat completions; the arrays as in fixtures of its clients.</remarks>
public sealed class Together : OpenAiChat
{
    /// <inheritdoc/>
    public override string Name => "together";

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && exchange.Request.Url.Contains("api.together.", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    private protected override void WriteLogprobs(Utf8JsonWriter writer, int alternatives) => writer.WriteNumber("logprobs", alternatives);
}
