using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>SGLang's own <c>/generate</c>, and LMDeploy's: rows are <c>[logprob, token id, text or null]</c>.</summary>
/// <remarks>
/// Source: sgl-project/sglang, docs/basic_usage/native_api and sampling_params; its tokenizer manager of 2024, which says <c>decode</c> and <c>prefill</c>
/// for output and input; lmdeploy, serve/openai/protocol.py GenerateReqMetaOutput. A stream repeats all that came before, so its last event is the answer.
/// </remarks>
public sealed class SglangGenerate : IDialect
{
    /// <inheritdoc/>
    public string Name => "sglang-generate";

    /// <inheritdoc/>
    public int MostAlternatives => 20;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) =>
        exchange.Response?.Body.Contains("\"meta_info\"", StringComparison.Ordinal) ?? false;

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => RequestBody.Post("generate", writer =>
    {
        writer.WriteString("text", question.Prompt);
        writer.WriteStartObject("sampling_params");
        writer.WriteNumber("max_new_tokens", question.NewTokens);
        writer.WriteNumber("temperature", question.Temperature);
        writer.WriteEndObject();
        writer.WriteBoolean("return_logprob", question.Alternatives > 0);
        writer.WriteNumber("top_logprobs_num", Math.Min(question.Alternatives, MostAlternatives));
        writer.WriteNumber("logprob_start_len", question.ScorePrompt ? 0 : -1);
        writer.WriteBoolean("return_text_in_logprobs", true);
        writer.WriteBoolean("stream", question.Stream);
    });

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        var last = events.Values.LastOrDefault(value => value.At("meta_info").IsObject);
        var meta = last.At("meta_info");
        var reason = meta.At("finish_reason");
        return new ParsedAnswer
        {
            Dialect = Name,
            Id = meta.At("id").Text() ?? "",
            Text = last.At("text").Text() ?? "",
            Steps = Steps(meta, "output", "decode"),
            PromptSteps = Steps(meta, "input", "prefill"),
            Usage = meta.Has("completion_tokens") ? UsageFields.Counted(meta.At("prompt_tokens").WholeNumber(), meta.At("completion_tokens").WholeNumber()) : null,
            FinishReason = reason.At("type").Text() ?? reason.Text() ?? "",
            Error = ErrorBody.Find(exchange.Response, events) ?? (meta.IsObject ? null : "The answer holds no meta_info."),
        };
    }

    private static List<Step> Steps(JsonElement meta, string side, string sideOf2024)
    {
        var name = meta.Has($"{side}_token_logprobs") ? side : sideOf2024;
        var alternatives = meta.At($"{name}_top_logprobs");
        return
        [
            .. meta.At($"{name}_token_logprobs").Items().Select((row, index) => new Step
            {
                TokenId = row.Item(1).TokenId(),
                Token = row.Item(2).Text() ?? "",
                LogprobText = row.Item(0).NumberText(),
                Alternatives = [.. alternatives.Item(index).Items().Select(Alternative).OfType<Alternative>()],
            }),
        ];
    }

    private static Alternative? Alternative(JsonElement row) =>
        row.Item(0).NumberText() is { } logprob ? new Alternative(row.Item(1).TokenId(), row.Item(2).Text() ?? "", logprob) : null;
}
