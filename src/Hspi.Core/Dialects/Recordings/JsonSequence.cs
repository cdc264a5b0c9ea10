namespace Hspi.Dialects.Recordings;

/// <summary>Several JSON values one after the other in one text, however they are indented.</summary>
internal static class JsonSequence
{
    /// <summary>Each object or array of the text with the line it begins on, from 1; the last may be cut short.</summary>
    public static IEnumerable<(int Line, string Value)> Split(string text)
    {
        var (line, first, depth, start) = (1, 1, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\n':
                    line++;
                    break;
                case '"' when depth > 0:
                    i = EndOfString(text, i);
                    break;
                case '{' or '[':
                    (start, first) = depth++ == 0 ? (i, line) : (start, first);
                    break;
                case '}' or ']' when depth > 0 && --depth == 0:
                    yield return (first, text[start..(i + 1)]);
                    break;
            }
        }

        if (depth > 0)
        {
            yield return (first, text[start..]);
        }
    }

    /// <summary>Each object between words, with the line it begins on; braces that are no JSON are passed over with their line.</summary>
    public static IEnumerable<(int Line, string Value)> InProse(string text)
    {
        // A brace that is never closed is looked for to the end: so often, and no more.
        var left = 8L * text.Length;
        var (line, counted) = (1, 0);
        for (var i = text.IndexOf('{', StringComparison.Ordinal); i >= 0 && left > 0;)
        {
            line += text.AsSpan(counted, i - counted).Count('\n');
            counted = i;
            var end = EndOfObject(text, i);
            left -= (end < 0 ? text.Length : end) - i;
            var next = end;
            if (end < 0 || text.AsSpan(i + 1, end - i - 1).TrimStart() is not ['"', ..])
            {
                next = text.IndexOf('\n', i);
            }
            else
            {
                yield return (line, text[i..end]);
            }

            i = next < 0 ? -1 : text.IndexOf('{', next);
        }
    }

    /// <summary>Behind the brace that closes the one at <paramref name="start"/>; negative where none does.</summary>
    private static int EndOfObject(string text, int start)
    {
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    i = EndOfString(text, i);
                    break;
                case '{' or '[':
                    depth++;
                    break;
                case '}' or ']' when --depth == 0:
                    return i + 1;
            }
        }

        return -1;
    }

    private static int EndOfString(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i;
            }

            i += text[i] == '\\' ? 1 : 0;
        }

        return text.Length;
    }
}
