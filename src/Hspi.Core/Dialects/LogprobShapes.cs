using System.Globalization;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Reads scores of tokens in every shape that servers send them: rows, parallel arrays, and maps from token to score.</summary>
/// <remarks>
/// The names of a field differ, its meaning does not. Sources: openai-openapi (rows, arrays); vllm, sequence.py Logprob (maps by id); sglang (pairs);
/// mlx-lm, server.py of 2024 (ids as tokens, pairs as alternatives); koboldcpp.py (rows and arrays in one); text-generation-webui (alternatives alone);
/// djl-serving, TGI response (<c>log_prob</c>); IBM watsonx.ai SDK, TextGenTokenInfo; docs.ai21.com, J2 complete; Cohere, Generate and Chat v2.
/// </remarks>
internal static class LogprobShapes
{
    private const string TokenIdPrefix = "token_id:";

    private static readonly string[] TokenNames = ["token", "text", "decoded_token", "tok_str"];
    private static readonly string[] IdNames = ["token_id", "id", "tokenId"];
    private static readonly string[] LogprobNames = ["logprob", "log_prob", "logProbability", "log_probability", "likelihood"];
    private static readonly string[] AlternativeNames = ["top_logprobs", "top_tokens"];

    /// <summary>Steps of a <c>logprobs</c> field: rows (<c>content</c>), parallel arrays (<c>tokens</c>, <c>token_logprobs</c>), or alternatives alone.</summary>
    public static IEnumerable<Step> Read(JsonElement logprobs) => logprobs switch
    {
        { IsArray: true } => Rows(logprobs),
        _ when logprobs.At("content").IsArray => Rows(logprobs.At("content")),
        _ when logprobs.At("refusal").IsArray => Rows(logprobs.At("refusal")),
        _ when logprobs.At("tokens").IsArray || logprobs.At("token_logprobs").IsArray => Arrays(logprobs),
        _ when logprobs.At("logprobs").IsArray => Piece(logprobs),
        _ => ScoreMaps.Read(logprobs.At("top_logprobs"), MapKeys.Texts, default, firstIsChosen: false),
    };

    /// <summary>Rows <c>{token, logprob, bytes, top_logprobs: [{token, logprob}]}</c> under any of their names, bare numbers, and maps of a whole position. What is neither is left out.</summary>
    public static IEnumerable<Step> Rows(JsonElement rows)
    {
        foreach (var row in rows.Items())
        {
            foreach (var step in RowSteps(row))
            {
                yield return step;
            }
        }
    }

    /// <summary>One row, with alternatives that stand elsewhere.</summary>
    public static Step Row(JsonElement row, JsonElement alternatives)
    {
        var token = Token(row);
        return new Step
        {
            Token = token,
            TokenId = Id(row, token),
            LogprobText = Logprob(row),
            Alternatives = [.. Alternatives(alternatives, keysAreIds: false)],
        };
    }

    /// <summary>Alternatives as rows, as pairs of id and logprob, or as one map, in the order written.</summary>
    public static IEnumerable<Alternative> Alternatives(JsonElement alternatives, bool keysAreIds) => alternatives switch
    {
        { IsArray: true } => alternatives.Items().Select(Alternative).OfType<Alternative>(),
        { IsObject: true } => ScoreMaps.Position(alternatives, keysAreIds ? MapKeys.Ids : MapKeys.Texts),
        _ => [],
    };

    /// <summary>vLLM can spell a token as <c>token_id:123</c>.</summary>
    public static int? SpelledId(string token) =>
        token.StartsWith(TokenIdPrefix, StringComparison.Ordinal)
        && int.TryParse(token.AsSpan(TokenIdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static IEnumerable<Step> RowSteps(JsonElement row)
    {
        // Cohere scores a piece of text that may be several tokens: {token_ids: [], text, logprobs: []}.
        if (row.At("logprobs").IsArray)
        {
            return Piece(row);
        }

        // AI21 wraps the token that was taken: {generatedToken: {…}, topTokens: [{…}]}.
        if (row.At("generatedToken").IsObject)
        {
            return [Row(row.At("generatedToken"), row.At("topTokens"))];
        }

        return row switch
        {
            { IsObject: true } when IsMap(row) => ScoreMaps.Position(row, MapKeys.Texts).ToList() is [var taken, ..] alternatives
                ? [new Step { Token = taken.Token, TokenId = taken.TokenId, LogprobText = taken.LogprobText, Alternatives = alternatives }]
                : [],
            { IsObject: true } => [Row(row, First(row, AlternativeNames))],
            _ when row.NumberText() is { } number => [new Step { LogprobText = number }],
            _ => [],
        };
    }

    /// <summary>Whether an object is one position of vLLM, from id to <c>{logprob}</c>: it has no score of its own, and its first value has.</summary>
    private static bool IsMap(JsonElement row)
    {
        using var fields = row.EnumerateObject();
        return fields.MoveNext() && fields.Current.Value.At("logprob").IsPresent && !First(row, LogprobNames).IsPresent;
    }

    private static IEnumerable<Step> Piece(JsonElement row)
    {
        var scores = row.At("logprobs");
        var text = scores.GetArrayLength() == 1 ? row.At("text").Text() ?? "" : "";
        return scores.Items().Select((score, index) => new Step
        {
            Token = text,
            TokenId = row.At("token_ids").Item(index).TokenId(),
            LogprobText = score.NumberText(),
        });
    }

    private static IEnumerable<Step> Arrays(JsonElement logprobs)
    {
        var tokens = logprobs.At("tokens");
        var chosen = logprobs.At("token_logprobs");
        var ids = logprobs.At("token_ids");
        var alternatives = logprobs.At("top_logprobs");
        var count = tokens.IsArray ? tokens.GetArrayLength() : chosen.GetArrayLength();
        for (var index = 0; index < count; index++)
        {
            var item = tokens.Item(index);
            var token = item.Text() ?? "";
            yield return new Step
            {
                Token = token,
                TokenId = ids.Item(index).TokenId() ?? item.TokenId() ?? SpelledId(token),
                LogprobText = chosen.Item(index).NumberText(),
                Alternatives = [.. Alternatives(alternatives.Item(index), keysAreIds: item.TokenId() is not null)],
            };
        }
    }

    private static Alternative? Alternative(JsonElement row)
    {
        if (row.IsArray)
        {
            return row.Item(1).NumberText() is { } second ? new Alternative(row.Item(0).TokenId(), row.Item(0).Text() ?? "", second) : null;
        }

        var token = Token(row);
        return Logprob(row) is { } logprob ? new Alternative(Id(row, token), token, logprob) : null;
    }

    private static string Token(JsonElement row) => First(row, TokenNames).Text() ?? "";

    private static int? Id(JsonElement row, string token) => First(row, IdNames).TokenId() ?? SpelledId(token);

    /// <summary>The score. AI21 shows two: the raw one is the model's, the other is after temperature and penalties.</summary>
    private static string? Logprob(JsonElement row) => First(row, LogprobNames) is { IsPresent: true } logprob
        ? (row.At("raw_logprob") is { IsPresent: true } raw ? raw : logprob).NumberText()
        : null;

    private static JsonElement First(JsonElement row, string[] names)
    {
        foreach (var name in names)
        {
            if (row.At(name) is { IsPresent: true } value)
            {
                return value;
            }
        }

        return default;
    }
}
