using System.Text;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Text Generation Inference's own <c>/generate</c> and <c>/generate_stream</c>, also as DJL's LMI imitates it. Its OpenAI routes are read as such.</summary>
/// <remarks>
/// Source: huggingface/text-generation-inference, router/src/lib.rs. <c>--max-top-n-tokens</c> is 5 unless raised. DJL writes <c>log_prob</c>:
/// docs.djl.ai, LMI output schema.
/// </remarks>
public sealed class TgiGenerate : IDialect
{
    /// <inheritdoc/>
    public string Name => "tgi-generate";

    /// <inheritdoc/>
    public int MostAlternatives => 5;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => exchange.Response is { } response
        && response.Body.Contains("\"generated_text\"", StringComparison.Ordinal)
        && !response.Body.Contains("\"choices\"", StringComparison.Ordinal);

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => RequestBody.Post(question.Stream ? "generate_stream" : "generate", writer =>
    {
        writer.WriteString("inputs", question.Prompt);
        writer.WriteStartObject("parameters");
        writer.WriteNumber("max_new_tokens", question.NewTokens);
        writer.WriteBoolean("do_sample", question.Temperature > 0);
        if (question.Temperature > 0)
        {
            writer.WriteNumber("temperature", question.Temperature); // zero is refused: greedy is do_sample false
        }

        if (question.Seed is { } seed)
        {
            writer.WriteNumber("seed", seed);
        }

        writer.WriteBoolean("details", true);
        writer.WriteBoolean("decoder_input_details", question.ScorePrompt && !question.Stream);
        if (question.Alternatives > 0)
        {
            writer.WriteNumber("top_n_tokens", Math.Min(question.Alternatives, MostAlternatives));
        }

        writer.WriteEndObject();
    });

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        List<Step> steps = [], prompt = [];
        var pieces = new StringBuilder();
        var (whole, reason) = ("", "");
        Usage? usage = null;
        foreach (var value in events.Values)
        {
            var details = value.At("details");
            if (value.At("token").IsObject)
            {
                steps.Add(LogprobShapes.Row(value.At("token"), value.At("top_tokens")));
                pieces.Append(value.At("token").At("text").Text() ?? "");
            }

            steps.AddRange(details.At("tokens").Items().Select((token, index) => LogprobShapes.Row(token, details.At("top_tokens").Item(index))));
            prompt.AddRange(details.At("prefill").Items().Select(token => LogprobShapes.Row(token, default)));
            whole = value.At("generated_text").Text() ?? whole;
            reason = details.At("finish_reason").Text() ?? reason;
            usage = details.At("generated_tokens").WholeNumber() is { } generated
                ? UsageFields.Counted(details.At("input_length").WholeNumber() ?? details.At("prefill").Items().LongCount(), generated)
                : usage;
        }

        return new ParsedAnswer
        {
            Dialect = Name,
            Text = whole.Length > 0 ? whole : pieces.ToString(),
            Steps = steps,
            PromptSteps = prompt,
            Usage = usage,
            FinishReason = reason,
            Error = ErrorBody.Find(exchange.Response, events) ?? (events.Values.Any(value => value.Has("generated_text")) ? null : "The answer holds no generated_text."),
        };
    }
}
