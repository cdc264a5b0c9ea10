using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Reads token counts under the names that servers give them.</summary>
internal static class UsageFields
{
    /// <summary>The counts of a <c>usage</c> object; null where it holds none that can be trusted.</summary>
    public static Usage? Read(JsonElement usage)
    {
        var prompt = usage.At("prompt_tokens").WholeNumber() ?? usage.At("input_tokens").WholeNumber();
        var completion = usage.At("completion_tokens").WholeNumber() ?? usage.At("output_tokens").WholeNumber();
        return Counted(prompt, completion);
    }

    /// <summary>Both counts; null where one is missing or absurd: a server that does not count is charged with the worst.</summary>
    public static Usage? Counted(long? prompt, long? completion) =>
        prompt is >= 0 and <= int.MaxValue && completion is >= 0 and <= int.MaxValue ? new Usage(prompt.Value, completion.Value) : null;
}
