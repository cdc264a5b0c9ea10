using System.Globalization;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Reads the two shapes of logprobs that OpenAI-like servers send; both occur under both routes.</summary>
internal static class LogprobShapes
{
    private const string TokenIdPrefix = "token_id:";

    /// <summary>Steps of a <c>logprobs</c> field: rows (<c>content</c>) or parallel arrays (<c>tokens</c>, <c>token_logprobs</c>).</summary>
    public static IEnumerable<Step> Read(JsonElement logprobs) => logprobs switch
    {
        { IsArray: true } => Rows(logprobs),
        _ when logprobs.At("content").IsArray => Rows(logprobs.At("content")),
        _ when logprobs.At("refusal").IsArray => Rows(logprobs.At("refusal")),
        _ when logprobs.At("tokens").IsArray => Arrays(logprobs),
        _ => [],
    };

    /// <summary>Rows <c>{token, logprob, bytes, top_logprobs: [{token, logprob}]}</c>, with the ids that some servers add.</summary>
    public static IEnumerable<Step> Rows(JsonElement rows)
    {
        foreach (var row in rows.Items())
        {
            var token = row.At("token").Text() ?? "";
            yield return new Step
            {
                Token = token,
                TokenId = Id(row, token),
                LogprobText = row.At("logprob").NumberText(),
                Alternatives = [.. row.At("top_logprobs").Items().Select(Alternative).OfType<Alternative>()],
            };
        }
    }

    private static Alternative? Alternative(JsonElement row)
    {
        var token = row.At("token").Text() ?? "";
        return row.At("logprob").NumberText() is { } logprob ? new Alternative(Id(row, token), token, logprob) : null;
    }

    private static IEnumerable<Step> Arrays(JsonElement logprobs)
    {
        var tokens = logprobs.At("tokens");
        var chosen = logprobs.At("token_logprobs");
        var ids = logprobs.At("token_ids");
        var alternatives = logprobs.At("top_logprobs");
        var index = 0;
        foreach (var item in tokens.Items())
        {
            var token = item.Text() ?? "";
            yield return new Step
            {
                Token = token,
                TokenId = ids.Item(index).TokenId() ?? SpelledId(token),
                LogprobText = chosen.Item(index).NumberText(),
                Alternatives = [.. Named(alternatives.Item(index))],
            };
            index++;
        }
    }

    /// <summary>Alternatives as one object, token to logprob, in the order written.</summary>
    private static IEnumerable<Alternative> Named(JsonElement alternatives)
    {
        if (alternatives.IsArray)
        {
            return alternatives.Items().Select(Alternative).OfType<Alternative>();
        }

        return !alternatives.IsObject
            ? []
            : from pair in alternatives.EnumerateObject()
              let logprob = pair.Value.NumberText()
              where logprob is not null
              let token = pair.FieldName()
              select new Alternative(SpelledId(token), token, logprob);
    }

    private static int? Id(JsonElement row, string token) =>
        row.At("token_id").TokenId() ?? row.At("id").TokenId() ?? SpelledId(token);

    /// <summary>vLLM can spell a token as <c>token_id:123</c>.</summary>
    private static int? SpelledId(string token) =>
        token.StartsWith(TokenIdPrefix, StringComparison.Ordinal)
        && int.TryParse(token.AsSpan(TokenIdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
