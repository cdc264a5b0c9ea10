using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Reads llama.cpp's <c>completion_probabilities</c> in its three forms.</summary>
/// <remarks>
/// Until late 2024 <c>{content, probs: [{tok_str, prob}]}</c>; since then <c>{id, token, bytes, logprob, top_logprobs}</c>,
/// or with <c>post_sampling_probs</c> <c>{id, token, bytes, prob, top_probs}</c>. Source: llama.cpp, tools/server README and captures.
/// </remarks>
internal static class LlamaProbabilities
{
    /// <summary>The rows that hold logprobs.</summary>
    public static IEnumerable<Step> Logprobs(JsonElement rows) => LogprobShapes.Rows(rows).Where(step => step.LogprobText is not null);

    /// <summary>The rows that hold probabilities; each text is one.</summary>
    public static IEnumerable<Step> Probabilities(JsonElement rows)
    {
        foreach (var row in rows.Items())
        {
            var alternatives = (row.At("probs").IsArray ? row.At("probs") : row.At("top_probs")).Items().Select(Row).OfType<Alternative>().ToList();
            var token = row.At("token").Text() ?? row.At("content").Text() ?? "";
            var own = row.At("prob").NumberText();
            if (alternatives.Count > 0 || own is not null)
            {
                yield return new Step
                {
                    TokenId = row.At("id").TokenId(),
                    Token = token,
                    LogprobText = own ?? alternatives.FirstOrDefault(row => row.Token == token)?.LogprobText,
                    Alternatives = alternatives,
                };
            }
        }
    }

    private static Alternative? Row(JsonElement row) => row.At("prob").NumberText() is { } probability
        ? new Alternative(row.At("id").TokenId(), row.At("token").Text() ?? row.At("tok_str").Text() ?? "", probability)
        : null;
}
