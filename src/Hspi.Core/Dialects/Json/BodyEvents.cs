using System.Text.Json;

namespace Hspi.Dialects.Json;

/// <summary>A body as the JSON values in it: one for a plain answer, one per event for SSE, one per line for lines of JSON.</summary>
/// <param name="Values">In the order sent.</param>
/// <param name="Streamed">Whether the body was a stream of pieces.</param>
/// <param name="Problem">What could not be read, in one sentence; null where everything could.</param>
internal sealed record BodyEvents(IReadOnlyList<JsonElement> Values, bool Streamed, string? Problem)
{
    /// <summary>Reads a body, whatever it holds.</summary>
    public static BodyEvents Read(string body)
    {
        var text = body.AsSpan().Trim();
        if (text.IsEmpty)
        {
            return new BodyEvents([], false, "The body is empty.");
        }

        if (text[0] is '{' or '[')
        {
            if (JsonText.TryParse(text, out var whole, out var problem))
            {
                // Gemini streams one array of pieces; recorded streams are often kept as one.
                return whole.IsArray ? new BodyEvents([.. whole.Items()], true, null) : new BodyEvents([whole], false, null);
            }

            var lines = Lines(text);
            return lines.Values.Count > 0 ? lines : new BodyEvents([], false, $"The body is not JSON: {problem}");
        }

        if (IsServerSentEvents(text))
        {
            return Events(text);
        }

        return new BodyEvents([], false, LooksLikeHtml(text) ? "The body is HTML, not JSON." : "The body is not JSON.");
    }

    /// <summary>Whether a text begins as a stream of server-sent events does.</summary>
    internal static bool IsServerSentEvents(ReadOnlySpan<char> text) =>
        text.StartsWith("data:") || text.StartsWith("event:") || text.StartsWith(":") || text.StartsWith("id:") || text.StartsWith("retry:");

    private static bool LooksLikeHtml(ReadOnlySpan<char> text) => text[0] == '<';

    private static BodyEvents Events(ReadOnlySpan<char> text)
    {
        var values = new List<JsonElement>();
        string? problem = null;
        foreach (var range in text.Split('\n'))
        {
            var line = text[range].Trim();
            if (!line.StartsWith("data:"))
            {
                continue;
            }

            var data = line["data:".Length..].Trim();
            if (data.IsEmpty || data.SequenceEqual("[DONE]"))
            {
                continue;
            }

            if (JsonText.TryParse(data, out var value, out var why))
            {
                values.Add(value);
            }
            else
            {
                problem ??= $"Event {values.Count + 1} of the stream is not JSON: {why}";
            }
        }

        return new BodyEvents(values, true, problem ?? (values.Count == 0 ? "The stream holds no event." : null));
    }

    private static BodyEvents Lines(ReadOnlySpan<char> text)
    {
        var values = new List<JsonElement>();
        string? problem = null;
        foreach (var range in text.Split('\n'))
        {
            var line = text[range].Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            if (!JsonText.TryParse(line, out var value, out var why))
            {
                problem = $"Line {values.Count + 1} is not JSON: {why}";
                break;
            }

            values.Add(value);
        }

        return new BodyEvents(values, true, problem);
    }
}
