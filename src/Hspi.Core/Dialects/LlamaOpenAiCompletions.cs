using System.Text.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary><c>/v1/completions</c> of llama.cpp and its forks: OpenAI's, without the prompt cache.</summary>
/// <remarks>
/// Forks that kept the probabilities of 2024 in <see cref="LlamaCompletion"/> show logprobs here. What a warm cache answers
/// differs in bits from what a cold one does, so it is declined on this route too.
/// </remarks>
public sealed class LlamaOpenAiCompletions : OpenAiCompletions
{
    private const string CacheField = "cache_prompt";

    /// <inheritdoc/>
    public override string Name => "llama.cpp-openai";

    /// <inheritdoc/>
    /// <remarks>The answer is OpenAI's; only the question shows that this dialect was spoken.</remarks>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && exchange.Request.Body.Contains($"\"{CacheField}\"", StringComparison.Ordinal);

    /// <inheritdoc/>
    private protected override void WriteExtras(Utf8JsonWriter writer, Question question) => writer.WriteBoolean(CacheField, false);
}
