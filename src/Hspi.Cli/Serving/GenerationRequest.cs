using System.Text.Json;

namespace Hspi.Cli.Serving;

/// <summary>What to generate, whichever route asked for it.</summary>
internal sealed record GenerationRequest
{
    /// <summary>Alternatives that may be asked for.</summary>
    public const int MostAlternatives = 20;

    private const int MostPrompts = 16;
    private const int MostStops = 4;

    /// <summary>One text or list of token ids per choice.</summary>
    public required IReadOnlyList<Prompt> Prompts { get; init; }

    /// <summary>Tokens to generate; 0 only scores the prompt.</summary>
    public required int MostTokens { get; init; }

    /// <summary>Alternatives to show; null shows no logprobs at all.</summary>
    public int? Alternatives { get; init; }

    public double Temperature { get; init; }

    public double TopP { get; init; }

    public ulong Seed { get; init; }

    public IReadOnlyList<string> Stops { get; init; } = [];

    public bool Stream { get; init; }

    public bool StreamUsage { get; init; }

    public bool Echo { get; init; }

    /// <summary>Reads a body of <c>/v1/completions</c>.</summary>
    public static GenerationRequest Completion(RequestFields fields) => Common(fields) with
    {
        Prompts = ReadPrompts(fields),
        MostTokens = fields.Integer("max_tokens", 0, int.MaxValue, absent: 16),
        Alternatives = fields.Get("logprobs") is { ValueKind: JsonValueKind.False } or null
            ? null
            : fields.Get("logprobs") is { ValueKind: JsonValueKind.True } ? 1 : fields.Integer("logprobs", 0, MostAlternatives, 0),
        Echo = fields.Flag("echo"),
    };

    /// <summary>Reads a body of <c>/v1/chat/completions</c>.</summary>
    public static GenerationRequest Chat(RequestFields fields)
    {
        var alternatives = fields.Integer("top_logprobs", 0, MostAlternatives, absent: 0);
        var shown = fields.Flag("logprobs");
        return alternatives > 0 && !shown
            ? throw new RequestError(400, "'top_logprobs' needs 'logprobs' to be true.", "top_logprobs")
            : Common(fields) with
            {
                Prompts = [new Prompt.Text(ReadMessages(fields))],
                MostTokens = fields.Integer("max_completion_tokens", 1, int.MaxValue,
                    fields.Integer("max_tokens", 1, int.MaxValue, absent: 16)),
                Alternatives = shown ? alternatives : null,
            };
    }

    private static GenerationRequest Common(RequestFields fields)
    {
        fields.Integer("n", 1, 1, absent: 1);
        fields.Integer("best_of", 1, 1, absent: 1);
        fields.Refuse("suffix", value => value.ValueKind == JsonValueKind.String && value.GetString() == "");
        fields.Refuse("logit_bias", value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
        fields.Refuse("presence_penalty", IsZero);
        fields.Refuse("frequency_penalty", IsZero);
        fields.Refuse("tools", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        return new GenerationRequest
        {
            Prompts = [],
            MostTokens = 0,
            Temperature = fields.Number("temperature", 0, 2, absent: 1),
            TopP = fields.Number("top_p", 0, 1, absent: 1),
            Seed = (ulong)fields.Integer("seed", int.MinValue, int.MaxValue, absent: 0),
            Stops = [.. fields.Texts("stop", MostStops).Where(stop => stop.Length > 0)],
            Stream = fields.Flag("stream"),
            StreamUsage = fields.Get("stream_options") is { ValueKind: JsonValueKind.Object } options
                && new RequestFields(options).Flag("include_usage"),
        };
    }

    private static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0;

    private static IReadOnlyList<Prompt> ReadPrompts(RequestFields fields)
    {
        var wrong = RequestError.Field("prompt", $"a text, token ids, or at most {MostPrompts} of either");
        var prompt = fields.Get("prompt") ?? throw wrong;
        if (One(prompt) is { } single)
        {
            return [single];
        }

        return prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() is > 0 and <= MostPrompts
            ? [.. prompt.EnumerateArray().Select(item => One(item) ?? throw wrong)]
            : throw wrong;

        static Prompt? One(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => new Prompt.Text(value.GetString()!),
            JsonValueKind.Array when value.GetArrayLength() > 0
                && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)) =>
                new Prompt.Tokens([.. value.EnumerateArray().Select(item => item.GetInt32())]),
            _ => null,
        };
    }

    /// <summary>The decoder has no chat template: the messages' texts are continued as they stand, joined by line ends.</summary>
    private static string ReadMessages(RequestFields fields)
    {
        var wrong = RequestError.Field("messages", "a list of {\"role\", \"content\"} with texts");
        return fields.Get("messages") is { ValueKind: JsonValueKind.Array } messages && messages.GetArrayLength() > 0
            ? string.Join('\n', messages.EnumerateArray().Select(Content))
            : throw wrong;

        string Content(JsonElement message) =>
            message.ValueKind == JsonValueKind.Object && message.TryGetProperty("content", out var content)
                ? content.ValueKind switch
                {
                    JsonValueKind.String => content.GetString()!,
                    JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(Part)),
                    _ => throw wrong,
                }
                : throw wrong;

        string Part(JsonElement part) =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()!
                : throw wrong;
    }
}

/// <summary>Where a generation starts.</summary>
internal abstract record Prompt
{
    private Prompt() { }

    public sealed record Text(string Value) : Prompt;

    public sealed record Tokens(IReadOnlyList<int> Ids) : Prompt;
}
