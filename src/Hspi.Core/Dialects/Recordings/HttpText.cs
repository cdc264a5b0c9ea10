using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hspi.Exchanges;

namespace Hspi.Dialects.Recordings;

/// <summary>HTTP as text: what <c>curl -i</c> and <c>curl -v</c> print, and traces of Go's httprr.</summary>
internal static partial class HttpText
{
    /// <summary>Whether a text begins like one.</summary>
    public static bool Recognises(ReadOnlySpan<char> start)
    {
        var line = start.IndexOf('\n') is >= 0 and var end ? start[..end] : start[..Math.Min(start.Length, 4096)];
        return FirstLine().IsMatch(line) || start.StartsWith("httprr trace v1") || start.StartsWith("* ") || start.StartsWith("> ") || start.StartsWith("< HTTP/");
    }

    /// <summary>Every response with its request, where that was kept.</summary>
    public static IEnumerable<(Surroundings Around, string Body)> Read(string text)
    {
        text = text.StartsWith("httprr trace v1", StringComparison.Ordinal) ? WithoutLengths(text) : WithoutArrows(text);
        var request = Surroundings.None.Request;
        var starts = FirstLine().EnumerateMatches(text);
        List<int> bounds = [];
        foreach (var start in starts)
        {
            bounds.Add(start.Index);
        }

        bounds.Add(text.Length);
        for (var i = 0; i + 1 < bounds.Count; i++)
        {
            var (first, headers, body) = Message(text[bounds[i]..bounds[i + 1]]);
            var words = first.Split(' ', 3);
            if (!first.StartsWith("HTTP/", StringComparison.Ordinal))
            {
                var host = headers.FirstOrDefault(header => header.Key.Equals("host", StringComparison.OrdinalIgnoreCase)).Value;
                request = new ExchangeRequest(words[0], words[1].StartsWith('/') && host is { Length: > 0 } ? $"https://{host}{words[1]}" : words[1], headers, body.Trim());
                continue;
            }

            var status = int.Parse(words[1].AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            if (status >= 200 && !(status is >= 300 and < 400 && body.Length == 0))
            {
                yield return (new Surroundings(request, status, headers, 0), body);
                request = Surroundings.None.Request;
            }
        }
    }

    private static (string First, List<KeyValuePair<string, string>> Headers, string Body) Message(string text)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var (first, at) = ("", 0);
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var found ? found : text.Length;
            var line = text.AsSpan(at, end - at).TrimEnd('\r');
            at = Math.Min(end + 1, text.Length);
            if (line.IsEmpty)
            {
                break;
            }

            if (first.Length == 0)
            {
                first = line.ToString();
            }
            else if (line.IndexOf(':') is > 0 and var colon)
            {
                headers.Add(KeyValuePair.Create(line[..colon].ToString(), line[(colon + 1)..].Trim().ToString()));
            }
        }

        return (first, headers, Dechunked(text[at..]));
    }

    /// <summary>A body that was kept with the lengths of its chunks, without them.</summary>
    private static string Dechunked(string body)
    {
        var whole = new StringBuilder();
        for (var at = 0; at < body.Length;)
        {
            var end = body.IndexOf('\n', at);
            if (end < 0 || end - at > 10 || !int.TryParse(body.AsSpan(at, end - at).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bytes) || bytes < 0)
            {
                return body;
            }

            if (bytes == 0)
            {
                return whole.ToString();
            }

            var start = at = end + 1;
            for (var left = bytes; left > 0 && at < body.Length; at++)
            {
                left -= body[at] < 0x80 ? 1 : body[at] < 0x800 ? 2 : char.IsSurrogate(body[at]) ? 2 : 3;
            }

            whole.Append(body, start, at - start);
            at += body.AsSpan(at).StartsWith("\r\n") ? 2 : body.AsSpan(at).StartsWith("\n") ? 1 : 0;
        }

        return whole.Length > 0 ? whole.ToString() : body;
    }

    /// <summary>httprr writes the lengths of request and response before each pair, without a line end between the two.</summary>
    private static string WithoutLengths(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var plain = new StringBuilder();
        for (var at = Array.IndexOf(bytes, (byte)'\n') + 1; at > 0 && at < bytes.Length;)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            var lengths = end < 0 ? [] : Encoding.UTF8.GetString(bytes, at, end - at).Split(' ');
            if (lengths.Length != 2 || !int.TryParse(lengths[0], NumberStyles.None, CultureInfo.InvariantCulture, out var request) || !int.TryParse(lengths[1], NumberStyles.None, CultureInfo.InvariantCulture, out var response))
            {
                break;
            }

            foreach (var length in (int[])[request, response])
            {
                var taken = Math.Min(length, bytes.Length - end - 1);
                plain.Append(Encoding.UTF8.GetString(bytes, end + 1, taken)).Append('\n');
                end += taken;
            }

            at = end + 1;
        }

        return plain.ToString();
    }

    /// <summary>What <c>curl -v</c> puts before headers taken away, and its remarks left out.</summary>
    private static string WithoutArrows(string text) => text[0] is not ('*' or '>' or '<')
        ? text
        : string.Join('\n', text.Split('\n').Where(line => !Remark().IsMatch(line)).Select(line => line.StartsWith("> ", StringComparison.Ordinal) || line.StartsWith("< ", StringComparison.Ordinal) ? line[2..] : line.TrimEnd('\r') is ">" or "<" ? "" : line));

    [GeneratedRegex(@"^(?:HTTP/[0-9](?:\.[0-9])? [1-9][0-9]{2}\b|(?:GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD) \S{1,2000} HTTP/[0-9])[^\n]*", RegexOptions.Multiline)]
    private static partial Regex FirstLine();

    [GeneratedRegex(@"^(?:\* |[{}] \[|  % Total|\s+[0-9.]+ )")]
    private static partial Regex Remark();
}
