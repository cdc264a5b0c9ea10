using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Hspi.Dialects.Recordings;

/// <summary>The part of YAML that PyYAML writes into cassettes, turned into JSON with every number's characters kept.</summary>
/// <remarks>
/// Block mappings and sequences, plain, quoted and block scalars, empty flow collections. No anchors, tags or flow content:
/// what is outside this part is refused with its line, never guessed at. Source: YAML 1.1, and PyYAML's emitter.
/// </remarks>
internal sealed partial class YamlSubset
{
    private const int Deepest = 90;

    private readonly string[] _lines;
    private readonly StringBuilder _json = new();
    private int _at;

    private YamlSubset(string text) => _lines = text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>The JSON of a document.</summary>
    public static bool TryToJson(string text, out string json, out string problem)
    {
        var reader = new YamlSubset(text);
        try
        {
            reader.SkipBlank();
            reader.Node(0, 0);
            reader.SkipBlank();
            (json, problem) = (reader._json.ToString(), "");
            return reader._at >= reader._lines.Length ? true : throw new FormatException("something follows the document");
        }
        catch (FormatException wrong)
        {
            (json, problem) = ("", $"Line {reader._at + 1} is not the YAML that cassettes are written in: {wrong.Message}.");
            return false;
        }
    }

    private static int Indent(string line) => line.Length - line.AsSpan().TrimStart(' ').Length;

    private static bool IsItem(ReadOnlySpan<char> content) => content is "-" || content.StartsWith("- ");

    private void SkipBlank()
    {
        while (_at < _lines.Length && (string.IsNullOrWhiteSpace(_lines[_at]) || _lines[_at].StartsWith('#') || _lines[_at] == "---" || _lines[_at] == "..."))
        {
            _at++;
        }
    }

    /// <summary>The node that begins on the current line, at least <paramref name="indent"/> deep.</summary>
    private void Node(int indent, int depth)
    {
        if (depth > Deepest)
        {
            throw new FormatException("it is nested too deeply");
        }

        SkipBlank();
        if (_at >= _lines.Length || Indent(_lines[_at]) < indent)
        {
            _json.Append("null");
            return;
        }

        var column = Indent(_lines[_at]);
        if (IsItem(_lines[_at].AsSpan(column)))
        {
            Sequence(column, depth);
        }
        else
        {
            Mapping(column, depth);
        }
    }

    private void Sequence(int column, int depth)
    {
        _json.Append('[');
        for (var first = true; ; first = false)
        {
            SkipBlank();
            if (_at >= _lines.Length || Indent(_lines[_at]) != column || !IsItem(_lines[_at].AsSpan(column)))
            {
                break;
            }

            _json.Append(first ? "" : ",");
            var content = _lines[_at].AsSpan(column + 1).TrimStart(' ');
            if (content.IsEmpty)
            {
                _at++;
                Node(column + 1, depth + 1);
                continue;
            }

            if (IsItem(content) || KeyLength(content) > 0)
            {
                // The item's own lines continue below its content: the dash is only indentation.
                var inner = _lines[_at].Length - content.Length;
                _lines[_at] = new string(' ', inner) + content.ToString();
                Node(inner, depth + 1);
            }
            else
            {
                Scalar(content.ToString(), column);
            }
        }

        _json.Append(']');
    }

    private void Mapping(int column, int depth)
    {
        _json.Append('{');
        for (var first = true; ; first = false)
        {
            SkipBlank();
            if (_at >= _lines.Length || Indent(_lines[_at]) != column || IsItem(_lines[_at].AsSpan(column)))
            {
                break;
            }

            var content = _lines[_at].AsSpan(column);
            var keyLength = KeyLength(content);
            if (keyLength <= 0)
            {
                throw new FormatException("a key is missing");
            }

            _json.Append(first ? "" : ",");
            _json.Append(Quoted(Unquote(content[..keyLength].Trim().ToString()))).Append(':');
            var value = content[(keyLength + 1)..].Trim(' ').ToString();
            if (value.Length > 0)
            {
                Scalar(value, column);
                continue;
            }

            _at++;
            SkipBlank();
            // PyYAML writes the items of a sequence at the same depth as their key.
            var sameDepth = _at < _lines.Length && Indent(_lines[_at]) == column && IsItem(_lines[_at].AsSpan(column));
            Node(sameDepth ? column : column + 1, depth + 1);
        }

        _json.Append('}');
    }

    /// <summary>Characters of the key before its colon; 0 where there is no key.</summary>
    private static int KeyLength(ReadOnlySpan<char> content)
    {
        if (content.IsEmpty)
        {
            return 0;
        }

        if (content[0] is '"' or '\'')
        {
            var end = QuoteEnd(content);
            return end > 0 && end + 1 < content.Length && content[end + 1] == ':' ? end + 1 : 0;
        }

        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == ':' && (i + 1 == content.Length || content[i + 1] == ' '))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Index of the quote that closes the one at 0; -1 where the text ends first.</summary>
    private static int QuoteEnd(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[0] == '"' && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == text[0])
            {
                if (text[0] == '\'' && i + 1 < text.Length && text[i + 1] == '\'')
                {
                    i++;
                    continue;
                }

                return i;
            }
        }

        return -1;
    }

    /// <summary>A scalar that begins with <paramref name="value"/>; continuation lines are deeper than <paramref name="column"/>.</summary>
    private void Scalar(string value, int column)
    {
        if (value[0] is '|' or '>')
        {
            Block(value, column);
            return;
        }

        if (value is "[]" or "{}")
        {
            _json.Append(value);
            _at++;
            return;
        }

        if (value[0] is '[' or '{' or '&' or '*' or '!' or '%' or '@')
        {
            throw new FormatException($"\"{value[0]}\" begins something that cassettes do not need");
        }

        if (value[0] is '"' or '\'')
        {
            _json.Append(Quoted(Unquote(QuotedLines(value))));
            return;
        }

        var text = new StringBuilder(value);
        _at++;
        Fold(text, line => Indent(line) > column);
        _json.Append(Plain(text.ToString()));
    }

    /// <summary>All lines of a quoted scalar, folded.</summary>
    private string QuotedLines(string value)
    {
        var text = new StringBuilder(value);
        var end = QuoteEnd(value);
        while (end < 0)
        {
            _at++;
            if (_at >= _lines.Length)
            {
                throw new FormatException("a quote is never closed");
            }

            var blank = 0;
            while (_at < _lines.Length - 1 && string.IsNullOrWhiteSpace(_lines[_at]))
            {
                blank++;
                _at++;
            }

            var line = _lines[_at].Trim(' ');
            if (text[^1] == '\\' && value[0] == '"' && !EndsInEscapedBackslash(text))
            {
                text.Length--; // an escaped line break joins without a space
            }
            else
            {
                text.Append(blank > 0 ? new string('\n', blank) : " ");
            }

            // Only the new line is searched, so that a long scalar takes linear time.
            var inLine = QuoteEnd(value[0] + line);
            end = inLine < 0 ? -1 : text.Length + inLine - 1;
            text.Append(line);
        }

        _at++;
        return text.ToString(0, end + 1);
    }

    private static bool EndsInEscapedBackslash(StringBuilder text)
    {
        var slashes = 0;
        for (var i = text.Length - 1; i >= 0 && text[i] == '\\'; i--)
        {
            slashes++;
        }

        return slashes % 2 == 0;
    }

    private void Block(string header, int column)
    {
        _at++;
        var lines = new List<string>();
        var given = header.FirstOrDefault(char.IsAsciiDigit);
        // An indicator such as |2 counts from the parent's depth; without one the first line decides.
        var indent = given != default ? Math.Max(column, 0) + (given - '0') : -1;
        while (_at < _lines.Length)
        {
            var line = _lines[_at];
            if (string.IsNullOrWhiteSpace(line))
            {
                lines.Add(indent >= 0 && line.Length > indent ? line[indent..] : "");
                _at++;
                continue;
            }

            indent = indent < 0 ? Indent(line) : indent;
            if (Indent(line) < indent || indent <= column)
            {
                break;
            }

            lines.Add(line[indent..]);
            _at++;
        }

        var trailing = lines.Count;
        while (trailing > 0 && lines[trailing - 1].Length == 0)
        {
            trailing--;
        }

        var text = string.Join(header[0] == '|' ? "\n" : " ", lines.Take(trailing));
        var end = header.Contains('-', StringComparison.Ordinal) ? "" : header.Contains('+', StringComparison.Ordinal) ? new string('\n', lines.Count - trailing + 1) : "\n";
        _json.Append(Quoted(text + (trailing > 0 ? end : "")));
    }

    private void Fold(StringBuilder text, Func<string, bool> continues)
    {
        while (_at < _lines.Length)
        {
            var blank = 0;
            while (_at + blank < _lines.Length && string.IsNullOrWhiteSpace(_lines[_at + blank]))
            {
                blank++;
            }

            if (_at + blank >= _lines.Length || !continues(_lines[_at + blank]))
            {
                return;
            }

            _at += blank;
            text.Append(blank > 0 ? new string('\n', blank) : " ").Append(_lines[_at].Trim(' '));
            _at++;
        }
    }

    /// <summary>A plain scalar by YAML 1.1's rules as far as PyYAML writes them: a number keeps its characters.</summary>
    private static string Plain(string text) => text switch
    {
        "null" or "~" or "Null" or "NULL" => "null",
        "true" or "True" or "TRUE" => "true",
        "false" or "False" or "FALSE" => "false",
        ".nan" or ".NaN" => "\"NaN\"",
        "-.inf" => "\"-Infinity\"",
        ".inf" => "\"Infinity\"",
        _ => JsonNumber().IsMatch(text) ? text : Quoted(text),
    };

    private static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] is not ('"' or '\'') || text[^1] != text[0])
        {
            return text;
        }

        return text[0] == '\'' ? text[1..^1].Replace("''", "'", StringComparison.Ordinal) : Unescape(text.AsSpan(1, text.Length - 2));
    }

    private static string Unescape(ReadOnlySpan<char> text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                plain.Append(text[i]);
                continue;
            }

            var digits = text[++i] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
            {
                plain.Append(text[i] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '0' => '\0',
                    'a' => '\a',
                    'b' => '\b',
                    'v' => '\v',
                    'f' => '\f',
                    'e' => '\e',
                    'N' => '\u0085',
                    '_' => '\u00A0',
                    'L' => '\u2028',
                    'P' => '\u2029',
                    var other => other,
                });
                continue;
            }

            if (i + digits >= text.Length || !uint.TryParse(text.Slice(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                throw new FormatException("an escape is cut short");
            }

            plain.Append(code is <= 0xFFFF ? ((char)code).ToString() : Rune.IsValid(code) ? new Rune(code).ToString() : "\uFFFD");
            i += digits;
        }

        return plain.ToString();
    }

    private static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$")]
    private static partial Regex JsonNumber();
}
