using System.Text;
using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>Lines of JSON: each a body, an exchange, or an event of a stream; the events of one stream become one response again.</summary>
internal static class JsonLines
{
    /// <summary>A longer stream is read in parts, so that one file cannot fill the memory.</summary>
    private const int LongestStream = 16 << 20;

    /// <summary>Reads <paramref name="first"/> and what follows.</summary>
    public static IEnumerable<Recording> Read(string first, BoundedLines lines)
    {
        var stream = new StringBuilder();
        JsonElement last = default;
        for (var line = first; line is not null; line = lines.Next())
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!JsonText.TryParse(line, out var value, out var problem))
            {
                yield return new Recording.Unreadable(lines.Number, $"Line {lines.Number} is not JSON: {problem}");
                continue;
            }

            var belongs = StreamPieces.IsPiece(value, stream.Length > 0 ? last : default);
            if (stream.Length > 0 && (!belongs || StreamPieces.Begins(value, last) || stream.Length > LongestStream))
            {
                yield return RecordingFile.Body(stream.ToString());
                stream.Clear();
            }

            if (belongs)
            {
                stream.Append(line).Append('\n');
                last = value;
                continue;
            }

            foreach (var recording in JsonRecordings.Read(value))
            {
                yield return recording;
            }
        }

        if (stream.Length > 0)
        {
            yield return RecordingFile.Body(stream.ToString());
        }

        if (lines.Problem is { } broken)
        {
            yield return new Recording.Unreadable(lines.Number, broken);
        }
    }
}
