using System.Text.Json;
using System.Text.RegularExpressions;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary><c>/v1/chat/completions</c> as OpenAI describes it, and as nearly every server imitates it.</summary>
/// <remarks>Source: openai-openapi, CreateChatCompletionRequest and CreateChatCompletionResponse. Relatives derive and add their own fields; some leave <c>object</c> out.</remarks>
public partial class OpenAiChat : IDialect
{
    /// <inheritdoc/>
    public virtual string Name => "openai-chat";

    /// <inheritdoc/>
    public virtual int MostAlternatives => 20;

    /// <inheritdoc/>
    public virtual string KeyHeader => "Authorization";

    /// <summary>Where questions are posted.</summary>
    protected virtual string Path(Question question) => "v1/chat/completions";

    /// <inheritdoc/>
    public virtual bool Recognises(Exchange exchange) => exchange.Response is { } response
        && (response.Body.Contains("\"chat.completion\"", StringComparison.Ordinal)
            || response.Body.Contains("\"chat.completion.chunk\"", StringComparison.Ordinal)
            || exchange.Request.Url.Contains("/chat/completions", StringComparison.Ordinal)
            || (HasChoices().IsMatch(response.Body) && HasMessage().IsMatch(response.Body)));

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question)
    {
        if (question.Provider.Length > 0 && !PinsProvider)
        {
            throw new UsageException($"The dialect {Name} has no words to pin a provider. Leave --provider out, or name another --dialect.");
        }

        return RequestBody.Post(Path(question), writer =>
        {
            writer.WriteString("model", question.Model);
            writer.WriteStartArray("messages");
            writer.WriteStartObject();
            writer.WriteString("role", "user");
            writer.WriteString("content", question.Prompt);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteNumber(LengthField, question.NewTokens);
            writer.WriteNumber("temperature", question.Temperature);
            if (question.Seed is { } seed)
            {
                writer.WriteNumber("seed", seed);
            }

            if (question.Alternatives > 0)
            {
                WriteLogprobs(writer, Math.Min(question.Alternatives, MostAlternatives));
            }

            writer.WriteBoolean("stream", question.Stream);
            WriteExtras(writer, question);
        });
    }

    /// <inheritdoc/>
    public virtual ParsedAnswer Read(Exchange exchange) => ChoicePieces.Read(Name, exchange, ReadChoice);

    /// <summary>Whether <see cref="Question.Provider"/> can be said.</summary>
    protected virtual bool PinsProvider => false;

    /// <summary>The field that limits the answer's length; OpenAI's newest models want <c>max_completion_tokens</c>, all others know this one.</summary>
    protected virtual string LengthField => "max_tokens";

    /// <summary>Asks for scores.</summary>
    private protected virtual void WriteLogprobs(Utf8JsonWriter writer, int alternatives)
    {
        writer.WriteBoolean("logprobs", true);
        writer.WriteNumber("top_logprobs", alternatives);
    }

    /// <summary>Fields that only this relative knows.</summary>
    private protected virtual void WriteExtras(Utf8JsonWriter writer, Question question) { }

    /// <summary>Takes what one choice of one event holds.</summary>
    private protected static void ReadChoice(JsonElement choice, ChoicePieces.Choice collected)
    {
        var message = choice.At("message").IsObject ? choice.At("message") : choice.At("delta");
        collected.Text.Append(message.At("content").Text() ?? message.At("refusal").Text() ?? "");
        collected.Steps.AddRange(LogprobShapes.Read(choice.At("logprobs")));
    }

    /// <summary>A list of choices: a question of a test has a list of that name too, but not of objects.</summary>
    [GeneratedRegex(@"""choices""\s*:\s*\[\s*\{")]
    internal static partial Regex HasChoices();

    [GeneratedRegex(@"""(?:message|delta)""\s*:\s*\{")]
    private static partial Regex HasMessage();
}
