using System.Text.Json;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Finds the error in a response, in any of the forms servers write it, also under status 200.</summary>
internal static class ErrorBody
{
    private const int Longest = 300;

    /// <summary>One sentence, or null where nothing says that it failed.</summary>
    public static string? Find(ExchangeResponse? response, BodyEvents events)
    {
        if (response is null)
        {
            return "Nothing came back.";
        }

        foreach (var value in events.Values)
        {
            if (Message(value) is { } message)
            {
                return Shorten(response.Status is 0 or 200 ? message : $"HTTP {response.Status}: {message}");
            }
        }

        if (response.Status is >= 300 and not 304)
        {
            return $"HTTP {response.Status}.";
        }

        return events.Problem is { } problem ? Shorten(problem) : null;
    }

    private static string? Message(JsonElement value)
    {
        var error = value.At("error");
        if (error.IsObject)
        {
            return error.At("message").Text() ?? error.At("code").Text() ?? "An error without a message.";
        }

        if (error.Text() is { Length: > 0 } text)
        {
            return text; // TGI, Ollama: {"error": "...", "error_type": "..."}
        }

        // A Responses stream reports a failure as an event of its own.
        if (value.At("type").Text() == "error" || value.At("object").Text() == "error")
        {
            return value.At("message").Text() ?? "An error without a message.";
        }

        // FastAPI: {"detail": "..."} or a list of what did not validate; never beside an answer.
        var detail = value.At("detail");
        return !detail.IsPresent || value.Has("choices") ? null : detail.Text() ?? "The request did not validate.";
    }

    private static string Shorten(string message) => message.Length <= Longest ? message : string.Concat(message.AsSpan(0, Longest), "…");
}
