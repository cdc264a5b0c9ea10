using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Reads token counts under the names that servers give them.</summary>
internal static class UsageFields
{
    /// <summary>The counts of a <c>usage</c> object; null where it holds none.</summary>
    public static Usage? Read(JsonElement usage)
    {
        var prompt = usage.At("prompt_tokens").WholeNumber() ?? usage.At("input_tokens").WholeNumber();
        var completion = usage.At("completion_tokens").WholeNumber() ?? usage.At("output_tokens").WholeNumber();
        return prompt is null && completion is null ? null : Counted(prompt, completion);
    }

    /// <summary>Counts that may be missing or absurd: a server cannot make a cost negative.</summary>
    public static Usage Counted(long? prompt, long? completion) =>
        new(Math.Clamp(prompt ?? 0, 0, int.MaxValue), Math.Clamp(completion ?? 0, 0, int.MaxValue));
}
