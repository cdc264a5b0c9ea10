using System.Globalization;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>What the names of a map of scores are.</summary>
internal enum MapKeys
{
    /// <summary>Texts of tokens.</summary>
    Texts,

    /// <summary>Ids of tokens, in decimal digits.</summary>
    Ids,
}

/// <summary>Reads positions that are maps: from token id to <c>{logprob, rank, decoded_token}</c>, or from an id or a text to the number alone.</summary>
/// <remarks>
/// Sources: vllm/sequence.py, class Logprob (prompt_logprobs, and dumps of RequestOutput); aleph-alpha-client, CompletionResult.log_probs;
/// Amazon Bedrock, custom model import. In vLLM's maps the position's own token is written first; its rank is not in the top when it was
/// unlikely, so the order of the object decides, not the rank.
/// </remarks>
internal static class ScoreMaps
{
    /// <summary>One step per scored position.</summary>
    /// <param name="positions">A list of maps; null stands for a position without scores.</param>
    /// <param name="keys">What the names of the maps are.</param>
    /// <param name="chosen">Texts or ids of the tokens that were taken, one per position; undefined where they stand nowhere.</param>
    /// <param name="firstIsChosen">Whether, without such a list, the token written first is the one that was taken.</param>
    public static IEnumerable<Step> Read(JsonElement positions, MapKeys keys, JsonElement chosen, bool firstIsChosen)
    {
        var index = -1;
        foreach (var position in positions.Items())
        {
            index++;
            var rows = position.IsObject ? Position(position, keys).ToList() : [.. LogprobShapes.Alternatives(position, keysAreIds: false)];
            if (rows.Count == 0)
            {
                continue;
            }

            var (id, text) = (chosen.Item(index).TokenId(), chosen.Item(index).Text());
            var taken = chosen.IsArray ? rows.Find(row => id is not null ? row.TokenId == id : row.Token == text) : firstIsChosen ? rows[0] : null;
            yield return new Step
            {
                TokenId = taken?.TokenId ?? id,
                Token = taken?.Token ?? text ?? "",
                LogprobText = taken?.LogprobText,
                Alternatives = rows,
            };
        }
    }

    /// <summary>The rows of one map, in the order written; values that are no score are left out.</summary>
    public static IEnumerable<Alternative> Position(JsonElement map, MapKeys keys)
    {
        foreach (var field in map.EnumerateObject())
        {
            var scored = field.Value.IsObject;
            if ((scored ? field.Value.At("logprob") : field.Value).NumberText() is { } logprob)
            {
                var name = field.FieldName();
                int? id = (scored || keys == MapKeys.Ids) && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : LogprobShapes.SpelledId(name);
                yield return new Alternative(id, scored ? field.Value.At("decoded_token").Text() ?? "" : keys == MapKeys.Texts ? name : "", logprob);
            }
        }
    }
}
