using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Finds the longest answer that a recorded request allowed, in the words of any dialect.</summary>
public static class RequestedLength
{
    private static readonly string[] Names =
        ["max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "n_predict", "num_predict", "maxOutputTokens"];

    /// <summary>Tokens; 0 where the request says nothing of it.</summary>
    public static int Of(string requestBody)
    {
        if (!JsonText.TryParse(requestBody, out var request, out _))
        {
            return 0;
        }

        JsonElement[] places = [request, request.At("options"), request.At("sampling_params"), request.At("parameters"), request.At("generationConfig")];
        return (int)Math.Clamp(places.SelectMany(place => Names.Select(name => place.At(name).WholeNumber() ?? 0)).Max(), 0, int.MaxValue);
    }
}
