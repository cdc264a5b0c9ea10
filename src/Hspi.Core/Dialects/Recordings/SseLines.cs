using System.Text;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>Text of server-sent events, as many streams one after the other as a recorder appended: each up to its <c>[DONE]</c> is one response.</summary>
internal static class SseLines
{
    /// <summary>A longer stream is read in parts, so that one file cannot fill the memory.</summary>
    private const int LongestStream = 16 << 20;

    /// <summary>Reads <paramref name="first"/> and what follows.</summary>
    /// <param name="first">The first line that is not blank.</param>
    /// <param name="lines">The rest.</param>
    /// <param name="nothing">What to say where no line is an event.</param>
    public static IEnumerable<Recording> Read(string first, BoundedLines lines, string nothing)
    {
        var stream = new StringBuilder();
        var found = 0;
        for (var line = first; line is not null; line = lines.Next())
        {
            if (stream.Length + line.Length > LongestStream && Response(stream) is { } part)
            {
                yield return RecordingFile.Body(part, $"stream {++found}");
            }

            stream.Append(line).Append('\n');
            if (IsEnd(line) && Response(stream) is { } whole)
            {
                yield return RecordingFile.Body(whole, $"stream {++found}");
            }
        }

        if (Response(stream) is { } last)
        {
            yield return RecordingFile.Body(last, $"stream {++found}");
        }

        if (lines.Problem is { } broken)
        {
            yield return new Recording.Unreadable($"line {lines.Number}", broken);
        }
        else if (found == 0)
        {
            yield return new Recording.Other("", nothing);
        }
    }

    private static bool IsEnd(ReadOnlySpan<char> line) =>
        line.StartsWith("data:") && line["data:".Length..].Trim() is "[DONE]";

    /// <summary>Takes what was gathered; null where it holds no event, such as a second <c>[DONE]</c>.</summary>
    private static string? Response(StringBuilder stream)
    {
        var text = stream.ToString();
        stream.Clear();
        return BodyEvents.Read(text) is { Streamed: true, Values.Count: > 0 } ? text : null;
    }
}
