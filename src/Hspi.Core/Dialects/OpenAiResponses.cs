using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary><c>/v1/responses</c>: scores hang on the output text, and must be asked for by <c>include</c>.</summary>
/// <remarks>Source: openai-openapi, CreateResponse. The shortest limit that it takes is 16 tokens.</remarks>
public sealed partial class OpenAiResponses : IDialect
{
    private const int FewestTokens = 16;

    /// <inheritdoc/>
    public string Name => "openai-responses";

    /// <inheritdoc/>
    public int MostAlternatives => 20;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => exchange.Response is { } response
        && (IsResponse().IsMatch(response.Body) || exchange.Request.Url.Contains("/v1/responses", StringComparison.Ordinal));

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => RequestBody.Post("v1/responses", writer =>
    {
        writer.WriteString("model", question.Model);
        writer.WriteString("input", question.Prompt);
        writer.WriteNumber("max_output_tokens", Math.Max(FewestTokens, question.NewTokens));
        writer.WriteNumber("temperature", question.Temperature);
        if (question.Alternatives > 0)
        {
            writer.WriteNumber("top_logprobs", Math.Min(question.Alternatives, MostAlternatives));
            writer.WriteStartArray("include");
            writer.WriteStringValue("message.output_text.logprobs");
            writer.WriteEndArray();
        }

        writer.WriteBoolean("store", false);
        writer.WriteBoolean("stream", question.Stream);
    });

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        JsonElement whole = default;
        var pieces = new StringBuilder();
        List<Step> pieceSteps = [];
        foreach (var value in events.Values)
        {
            if (value.At("type").Text() == "response.output_text.delta")
            {
                pieces.Append(value.At("delta").Text() ?? "");
                pieceSteps.AddRange(LogprobShapes.Rows(value.At("logprobs")));
            }

            // The last event of a stream repeats the whole answer; until then it is a beginning with the same name.
            whole = value.At("response").IsObject ? value.At("response") : value.At("output").IsArray || value.Has("object") ? value : whole;
        }

        var contents = whole.At("output").Items().SelectMany(item => item.At("content").Items()).ToList();
        var steps = contents.SelectMany(content => LogprobShapes.Rows(content.At("logprobs"))).ToList();
        var text = string.Concat(contents.Select(content => content.At("text").Text() ?? content.At("refusal").Text() ?? ""));
        return new ParsedAnswer
        {
            Dialect = Name,
            Model = whole.At("model").Text() ?? "",
            Id = whole.At("id").Text() ?? "",
            Text = text.Length > 0 ? text : pieces.ToString(),
            Steps = steps.Count > 0 ? steps : pieceSteps,
            Usage = UsageFields.Read(whole.At("usage")),
            FinishReason = whole.At("incomplete_details").At("reason").Text() ?? whole.At("status").Text() ?? "",
            Error = ErrorBody.Find(exchange.Response, events) ?? (whole.IsObject ? null : "The answer holds no response."),
        };
    }

    [GeneratedRegex(@"""object""\s*:\s*""response""")]
    private static partial Regex IsResponse();
}
