using System.Text;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>llama.cpp's own <c>/completion</c>, also in its form of 2024.</summary>
/// <remarks>Source: llama.cpp, tools/server README. A warm prompt cache changes bits in some builds, so it is declined.</remarks>
public sealed class LlamaCompletion : IDialect
{
    /// <inheritdoc/>
    public string Name => "llama.cpp-completion";

    /// <inheritdoc/>
    public int MostAlternatives => 20;

    /// <inheritdoc/>
    public IDialect? WithLogprobs => new LlamaOpenAiCompletions();

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => exchange.Response is { } response
        && !response.Body.Contains("\"choices\"", StringComparison.Ordinal)
        && (response.Body.Contains("\"tokens_evaluated\"", StringComparison.Ordinal)
            || response.Body.Contains("\"completion_probabilities\"", StringComparison.Ordinal));

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => RequestBody.Post("completion", writer =>
    {
        writer.WriteString("prompt", question.Prompt);
        writer.WriteNumber("n_predict", question.NewTokens);
        writer.WriteNumber("temperature", question.Temperature);
        writer.WriteNumber("n_probs", Math.Min(question.Alternatives, MostAlternatives));
        writer.WriteBoolean("cache_prompt", false);
        if (question.Seed is { } seed)
        {
            writer.WriteNumber("seed", seed);
        }

        writer.WriteBoolean("stream", question.Stream);
    });

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        var text = new StringBuilder();
        List<Step> steps = [], probabilities = [];
        var (model, reason) = ("", "");
        Usage? usage = null;
        foreach (var value in events.Values)
        {
            text.Append(value.At("content").Text() ?? "");
            steps.AddRange(LlamaProbabilities.Logprobs(value.At("completion_probabilities")));
            probabilities.AddRange(LlamaProbabilities.Probabilities(value.At("completion_probabilities")));
            model = value.At("model").Text() ?? model;
            reason = value.At("stop_type").Text() ?? (value.At("stopped_limit").ValueKind == System.Text.Json.JsonValueKind.True ? "limit" : reason);
            usage = value.Has("tokens_predicted") ? UsageFields.Counted(value.At("tokens_evaluated").WholeNumber(), value.At("tokens_predicted").WholeNumber()) : usage;
        }

        return new ParsedAnswer
        {
            Dialect = Name,
            Model = model,
            Text = text.ToString(),
            Steps = steps,
            ProbabilitySteps = probabilities,
            Usage = usage,
            FinishReason = reason,
            Error = ErrorBody.Find(exchange.Response, events) ?? (events.Values.Any(value => value.Has("content")) ? null : "The answer holds no content."),
        };
    }
}
