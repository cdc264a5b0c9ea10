using System.Text.Json;
using System.Text.RegularExpressions;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary><c>/v1/completions</c>: raw text in, raw text out, without a chat template in between.</summary>
/// <remarks>Source: openai-openapi, CreateCompletionRequest: OpenAI grants 5 alternatives; vLLM and others more.</remarks>
public partial class OpenAiCompletions : IDialect
{
    /// <inheritdoc/>
    public virtual string Name => "openai-completions";

    /// <inheritdoc/>
    public virtual int MostAlternatives => 20;

    /// <inheritdoc/>
    public virtual bool Recognises(Exchange exchange) => exchange.Response is { } response
        && (response.Body.Contains("\"text_completion\"", StringComparison.Ordinal)
            || (exchange.Request.Url.Contains("/completions", StringComparison.Ordinal)
                && !exchange.Request.Url.Contains("/chat/completions", StringComparison.Ordinal))
            || (OpenAiChat.HasChoices().IsMatch(response.Body) && HasText().IsMatch(response.Body)
                && response.Body.Contains("\"finish_reason\"", StringComparison.Ordinal)));

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question)
    {
        if (question.Provider.Length > 0)
        {
            throw new UsageException($"The dialect {Name} has no words to pin a provider. Leave --provider out, or name another --dialect.");
        }

        return RequestBody.Post("v1/completions", writer =>
        {
            writer.WriteString("model", question.Model);
            writer.WriteString("prompt", question.Prompt);
            writer.WriteNumber("max_tokens", question.NewTokens);
            writer.WriteNumber("temperature", question.Temperature);
            if (question.Seed is { } seed)
            {
                writer.WriteNumber("seed", seed);
            }

            if (question.Alternatives > 0)
            {
                writer.WriteNumber("logprobs", Math.Min(question.Alternatives, MostAlternatives));
            }

            if (question.ScorePrompt)
            {
                writer.WriteBoolean("echo", true);
            }

            writer.WriteBoolean("stream", question.Stream);
            WriteExtras(writer, question);
        });
    }

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var answer = ChoicePieces.Read(Name, exchange, ReadChoice);
        return AskedForEcho(exchange.Request.Body) ? WithoutPrompt(answer) with { OtherChoices = [.. answer.OtherChoices.Select(WithoutPrompt)] } : answer;

        // The echoed prompt is scored like the answer, and comes first: the server's own counts say where it ends, and whether it is there.
        ParsedAnswer WithoutPrompt(ParsedAnswer choice)
        {
            var generated = answer.OtherChoices.Count == 0 ? Math.Clamp(answer.Usage?.CompletionTokens ?? 0, 0, choice.Steps.Count) : 0;
            var prompt = (int)Math.Clamp(answer.Usage?.PromptTokens ?? 0, 0, choice.Steps.Count - generated);
            return choice with { PromptSteps = [.. choice.Steps.Take(prompt)], Steps = [.. choice.Steps.Skip(prompt)] };
        }
    }

    /// <summary>Fields that only this relative knows.</summary>
    private protected virtual void WriteExtras(Utf8JsonWriter writer, Question question) { }

    private static void ReadChoice(JsonElement choice, ChoicePieces.Choice collected)
    {
        collected.Text.Append(choice.At("text").Text() ?? "");
        collected.Steps.AddRange(LogprobShapes.Read(choice.At("logprobs")));
        collected.PromptSteps.AddRange(ScoreMaps.Read(choice.At("prompt_logprobs"), MapKeys.Ids, default, firstIsChosen: true));
    }

    private static bool AskedForEcho(string requestBody) =>
        requestBody.Contains("\"echo\"", StringComparison.Ordinal)
        && JsonText.TryParse(requestBody, out var request, out _)
        && request.At("echo").ValueKind == JsonValueKind.True;

    [GeneratedRegex(@"""text""\s*:\s*""")]
    private static partial Regex HasText();
}
