using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Tells whether a recorded request asked for greedy sampling, in the words of any dialect.</summary>
public static class GreedyRequest
{
    /// <summary>Whether the temperature is stated and 0; a request that says nothing may have been sampled.</summary>
    public static bool Recognises(string requestBody)
    {
        if (!requestBody.Contains("temperature", StringComparison.Ordinal) || !JsonText.TryParse(requestBody, out var request, out _))
        {
            return false;
        }

        return IsZero(request) || IsZero(request.At("options")) || IsZero(request.At("sampling_params")) || IsZero(request.At("generationConfig"));
    }

    private static bool IsZero(JsonElement settings) =>
        settings.At("temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.TryGetDouble(out var value) && value == 0;
}
