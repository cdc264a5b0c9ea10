using System.Text;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Google's <c>:generateContent</c>, of Gemini and Vertex AI, also as Google's Python libraries write it down (snake case).</summary>
/// <remarks>Source: ai.google.dev/api/generate-content, LogprobsResult; googleapis/python-genai, types.py. The chosen token stands in its own list.</remarks>
public sealed class Gemini : IDialect
{
    /// <inheritdoc/>
    public string Name => "gemini";

    /// <inheritdoc/>
    public int MostAlternatives => 20;

    /// <inheritdoc/>
    public string KeyHeader => "x-goog-api-key";

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => exchange.Response is { } response
        && (Names(response, "usageMetadata")
            || (Names(response, "candidates") && (Names(response, "finishReason") || Names(response, "logprobs_result")
                || (Names(response, "parts") && (Names(response, "finish_reason") || Names(response, "usage_metadata"))))));

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question)
    {
        var method = question.Stream ? "streamGenerateContent?alt=sse" : "generateContent";
        return RequestBody.Post($"v1beta/models/{Uri.EscapeDataString(question.Model)}:{method}", writer =>
        {
            writer.WriteStartArray("contents");
            writer.WriteStartObject();
            writer.WriteString("role", "user");
            writer.WriteStartArray("parts");
            writer.WriteStartObject();
            writer.WriteString("text", question.Prompt);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteStartObject("generationConfig");
            writer.WriteNumber("maxOutputTokens", question.NewTokens);
            writer.WriteNumber("temperature", question.Temperature);
            if (question.Seed is { } seed)
            {
                writer.WriteNumber("seed", seed);
            }

            if (question.Alternatives > 0)
            {
                writer.WriteBoolean("responseLogprobs", true);
                writer.WriteNumber("logprobs", Math.Min(question.Alternatives, MostAlternatives));
            }

            writer.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        var text = new StringBuilder();
        List<Step> steps = [];
        var (model, id, reason) = ("", "", "");
        Usage? usage = null;
        foreach (var value in events.Values)
        {
            var candidate = value.At("candidates").Item(0);
            foreach (var part in candidate.At("content").At("parts").Items())
            {
                text.Append(part.At("text").Text() ?? "");
            }

            steps.AddRange(Steps(Either(candidate, "logprobsResult", "logprobs_result")));
            model = Either(value, "modelVersion", "model_version").Text() ?? model;
            id = Either(value, "responseId", "response_id").Text() ?? id;
            reason = Either(candidate, "finishReason", "finish_reason").Text() ?? reason;
            var counted = Either(value, "usageMetadata", "usage_metadata");
            usage = counted.IsObject
                ? UsageFields.Counted(
                    Either(counted, "promptTokenCount", "prompt_token_count").WholeNumber(),
                    (Either(counted, "candidatesTokenCount", "candidates_token_count").WholeNumber() ?? 0) + (Either(counted, "thoughtsTokenCount", "thoughts_token_count").WholeNumber() ?? 0))
                : usage;
        }

        return new ParsedAnswer
        {
            Dialect = Name,
            Model = model,
            Id = id,
            Text = text.ToString(),
            Steps = steps,
            Usage = usage,
            FinishReason = reason,
            Error = ErrorBody.Find(exchange.Response, events) ?? (events.Values.Any(value => value.Has("candidates")) ? null : "The answer holds no candidate."),
        };
    }

    private static bool Names(ExchangeResponse response, string field) => response.Body.Contains($"\"{field}\"", StringComparison.Ordinal);

    /// <summary>Chosen tokens, and beside them the top ones of each step.</summary>
    private static IEnumerable<Step> Steps(JsonElement logprobs)
    {
        var top = Either(logprobs, "topCandidates", "top_candidates");
        return Either(logprobs, "chosenCandidates", "chosen_candidates").Items().Select((chosen, index) => LogprobShapes.Row(chosen, top.Item(index).At("candidates")));
    }

    /// <summary>A field in the REST API's spelling, or in that of Google's own libraries.</summary>
    private static JsonElement Either(JsonElement value, string camel, string snake) => value.Has(camel) ? value.At(camel) : value.At(snake);
}
