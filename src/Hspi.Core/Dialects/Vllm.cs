using System.Text.Json;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>vLLM's chat: OpenAI's, and scores of the prompt.</summary>
/// <remarks>Source: vllm-project/vllm, entrypoints/openai/chat_completion/protocol.py.</remarks>
public sealed class VllmChat : OpenAiChat
{
    /// <inheritdoc/>
    public override string Name => "vllm-chat";

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && exchange.Response!.Body.Contains("\"prompt_logprobs\"", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override ParsedAnswer Read(Exchange exchange)
    {
        var answer = base.Read(exchange);
        var values = BodyEvents.Read(exchange.Response?.Body ?? "").Values;
        return answer with { PromptSteps = [.. values.SelectMany(value => ScoreMaps.Read(value.At("prompt_logprobs"), MapKeys.Ids, default, firstIsChosen: true))] };
    }

    /// <inheritdoc/>
    private protected override void WriteExtras(Utf8JsonWriter writer, Question question) => VllmExtras.Write(writer, question);
}

/// <summary>vLLM's legacy completions: OpenAI's, with up to 20 alternatives and scores of the prompt.</summary>
public sealed class VllmCompletions : OpenAiCompletions
{
    /// <inheritdoc/>
    public override string Name => "vllm-completions";

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && exchange.Response!.Body.Contains("\"prompt_logprobs\"", StringComparison.Ordinal);

    /// <inheritdoc/>
    private protected override void WriteExtras(Utf8JsonWriter writer, Question question) => VllmExtras.Write(writer, question);
}

/// <summary>What both of vLLM's routes understand beyond OpenAI's.</summary>
internal static class VllmExtras
{
    /// <summary>Adds the fields.</summary>
    public static void Write(Utf8JsonWriter writer, Question question)
    {
        if (question.ScorePrompt)
        {
            writer.WriteNumber("prompt_logprobs", question.Alternatives);
        }
    }
}
