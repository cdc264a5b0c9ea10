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
