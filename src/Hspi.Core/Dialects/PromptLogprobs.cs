using System.Globalization;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Reads vLLM's <c>prompt_logprobs</c>: per prompt token an object from token id to <c>{logprob, rank, decoded_token}</c>.</summary>
/// <remarks>
/// Source: vllm/sequence.py, class Logprob. The first position is null. The prompt's own token is written first;
/// its rank is not in the top when the text was unlikely, so the order of the object decides, not the rank.
/// </remarks>
internal static class PromptLogprobs
{
    /// <summary>One step per scored position.</summary>
    public static IEnumerable<Step> Read(JsonElement positions)
    {
        foreach (var position in positions.Items())
        {
            if (!position.IsObject)
            {
                continue;
            }

            var rows = position.EnumerateObject().Select(Row).OfType<Alternative>().ToList();
            if (rows.Count > 0)
            {
                yield return new Step { TokenId = rows[0].TokenId, Token = rows[0].Token, LogprobText = rows[0].LogprobText, Alternatives = rows };
            }
        }
    }

    private static Alternative? Row(JsonProperty row) => row.Value.At("logprob").NumberText() is { } logprob
        ? new Alternative(
            int.TryParse(row.FieldName(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,
            row.Value.At("decoded_token").Text() ?? "",
            logprob)
        : null;
}
