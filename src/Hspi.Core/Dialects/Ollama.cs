using System.Text;
using System.Text.RegularExpressions;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Ollama's own <c>/api/generate</c> (asked raw, without a template) and <c>/api/chat</c> (read only).</summary>
/// <remarks>Source: ollama/ollama, api/types.go: <c>logprobs</c> and <c>top_logprobs</c> 0 to 20 since 0.12.11.</remarks>
public sealed partial class Ollama : IDialect
{
    /// <inheritdoc/>
    public string Name => "ollama";

    /// <inheritdoc/>
    public int MostAlternatives => 20;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => exchange.Response is { } response
        && SaysDone().IsMatch(response.Body)
        && response.Body.Contains("\"created_at\"", StringComparison.Ordinal)
        && !response.Body.Contains("\"choices\"", StringComparison.Ordinal);

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => RequestBody.Post("api/generate", writer =>
    {
        writer.WriteString("model", question.Model);
        writer.WriteString("prompt", question.Prompt);
        writer.WriteBoolean("raw", true);
        writer.WriteBoolean("stream", question.Stream);
        if (question.Alternatives > 0)
        {
            writer.WriteBoolean("logprobs", true);
            writer.WriteNumber("top_logprobs", Math.Min(question.Alternatives, MostAlternatives));
        }

        writer.WriteStartObject("options");
        writer.WriteNumber("temperature", question.Temperature);
        writer.WriteNumber("num_predict", question.NewTokens);
        if (question.Seed is { } seed)
        {
            writer.WriteNumber("seed", seed);
        }

        writer.WriteEndObject();
    });

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        var text = new StringBuilder();
        List<Step> steps = [];
        var (model, reason) = ("", "");
        Usage? usage = null;
        foreach (var value in events.Values)
        {
            text.Append(value.At("response").Text() ?? value.At("message").At("content").Text() ?? "");
            steps.AddRange(LogprobShapes.Rows(value.At("logprobs")));
            model = value.At("model").Text() ?? model;
            reason = value.At("done_reason").Text() ?? reason;
            usage = value.Has("eval_count") ? UsageFields.Counted(value.At("prompt_eval_count").WholeNumber(), value.At("eval_count").WholeNumber()) : usage;
        }

        return new ParsedAnswer
        {
            Dialect = Name,
            Model = model,
            Text = text.ToString(),
            Steps = steps,
            Usage = usage,
            FinishReason = reason,
            Error = ErrorBody.Find(exchange.Response, events) ?? (events.Values.Any(value => value.Has("done")) ? null : "The answer never says that it is done."),
        };
    }

    // Not the word alone: it is a text that models answer, and a status of other services.
    [GeneratedRegex(@"""done""\s*:\s*(?:true|false)")]
    private static partial Regex SaysDone();
}
