using System.Text;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Google's <c>:generateContent</c>, of Gemini and Vertex AI.</summary>
/// <remarks>Source: ai.google.dev/api/generate-content, LogprobsResult. The chosen token stands in its own list.</remarks>
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
        && (response.Body.Contains("\"usageMetadata\"", StringComparison.Ordinal)
            || (response.Body.Contains("\"candidates\"", StringComparison.Ordinal) && response.Body.Contains("\"finishReason\"", StringComparison.Ordinal)));

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

            steps.AddRange(Steps(candidate.At("logprobsResult")));
            model = value.At("modelVersion").Text() ?? model;
            id = value.At("responseId").Text() ?? id;
            reason = candidate.At("finishReason").Text() ?? reason;
            var counted = value.At("usageMetadata");
            usage = counted.IsObject
                ? UsageFields.Counted(
                    counted.At("promptTokenCount").WholeNumber(),
                    (counted.At("candidatesTokenCount").WholeNumber() ?? 0) + (counted.At("thoughtsTokenCount").WholeNumber() ?? 0))
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

    private static IEnumerable<Step> Steps(JsonElement logprobs) => logprobs.At("chosenCandidates").Items().Select((chosen, index) => new Step
    {
        TokenId = chosen.At("tokenId").TokenId(),
        Token = chosen.At("token").Text() ?? "",
        LogprobText = chosen.At("logProbability").NumberText(),
        Alternatives = [.. logprobs.At("topCandidates").Item(index).At("candidates").Items().Select(Alternative).OfType<Alternative>()],
    });

    private static Alternative? Alternative(JsonElement row) => row.At("logProbability").NumberText() is { } logprob
        ? new Alternative(row.At("tokenId").TokenId(), row.At("token").Text() ?? "", logprob)
        : null;
}
