using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hspi.Dialects.Recordings;

/// <summary>YAML turned into JSON, with every number's characters kept.</summary>
internal sealed partial class YamlText
{
    private const int Deepest = 90;

    /// <summary>Aliases may repeat parts so often that the text grows by this factor, and no more.</summary>
    private const int MostGrowth = 8;

    private readonly Parser _events;
    private readonly StringBuilder _json = new();
    private readonly Dictionary<AnchorName, string> _anchors = [];
    private readonly long _longest;

    private YamlText(string text)
    {
        _events = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _longest = (1 << 20) + ((long)MostGrowth * text.Length);
    }

    /// <summary>The documents of a text as JSON, up to what <paramref name="problem"/> names; null there where all could be read.</summary>
    public static List<string> ToJson(string text, out string? problem)
    {
        var documents = new List<string>();
        var reader = new YamlText(text);
        try
        {
            while (reader._events.MoveNext())
            {
                if (reader._events.Current is DocumentStart)
                {
                    reader._events.MoveNext();
                    reader.Node(0);
                    documents.Add(reader._json.ToString());
                    reader._json.Clear();
                    reader._anchors.Clear();
                }
            }

            problem = null;
        }
        catch (Exception wrong) when (wrong is YamlException or FormatException or InvalidOperationException or ArgumentException)
        {
            // The last two are the scanner's own words for some texts that are no YAML.
            problem = $"Line {(wrong as YamlException)?.Start.Line ?? reader._events.Current?.Start.Line ?? 1} is not YAML: {wrong.Message.TrimEnd('.')}.";
        }

        return documents;
    }

    /// <summary>Writes the node whose first event is the current one; afterwards the current one is its last.</summary>
    private void Node(int depth)
    {
        if (depth > Deepest)
        {
            throw new FormatException("it is nested too deeply");
        }

        var start = _json.Length;
        switch (_events.Current)
        {
            case AnchorAlias alias:
                _json.Append(_anchors.TryGetValue(alias.Value, out var repeated) ? repeated : throw new FormatException("an alias stands for nothing that is complete before it"));
                break;
            case Scalar scalar:
                _json.Append(Value(scalar));
                Remember(scalar.Anchor, start);
                break;
            case SequenceStart sequence:
                _json.Append('[');
                while (_events.MoveNext() && _events.Current is not SequenceEnd)
                {
                    Separate('[');
                    Node(depth + 1);
                }

                _json.Append(']');
                Remember(sequence.Anchor, start);
                break;
            case MappingStart mapping:
                _json.Append('{');
                while (_events.MoveNext() && _events.Current is not MappingEnd)
                {
                    Separate('{');
                    Key(depth);
                    _events.MoveNext();
                    Node(depth + 1);
                }

                _json.Append('}');
                Remember(mapping.Anchor, start);
                break;
        }

        if (_json.Length > _longest)
        {
            throw new FormatException("its aliases make it too long");
        }
    }

    private void Separate(char opening)
    {
        if (_json[^1] != opening)
        {
            _json.Append(',');
        }
    }

    /// <summary>A key; one that is no text is written as the text of its JSON.</summary>
    private void Key(int depth)
    {
        if (_events.Current is Scalar scalar)
        {
            Remember(scalar.Anchor, _json.Length, Quoted(scalar.Value));
            _json.Append(Quoted(scalar.Value)).Append(':');
            return;
        }

        var start = _json.Length;
        Node(depth + 1);
        var key = _json.ToString(start, _json.Length - start);
        _json.Length = start;
        _json.Append(Quoted(key)).Append(':');
    }

    private void Remember(AnchorName anchor, int start, string? json = null)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = json ?? _json.ToString(start, _json.Length - start);
        }
    }

    /// <summary>A scalar by YAML 1.1's rules as far as recorders use them.</summary>
    private static string Value(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        if (tag.EndsWith("binary", StringComparison.Ordinal))
        {
            return Quoted(Binary(scalar.Value));
        }

        return scalar.Style != ScalarStyle.Plain || tag.EndsWith("str", StringComparison.Ordinal) ? Quoted(scalar.Value) : scalar.Value switch
        {
            "" or "null" or "~" or "Null" or "NULL" => "null",
            "true" or "True" or "TRUE" => "true",
            "false" or "False" or "FALSE" => "false",
            ".nan" or ".NaN" => "\"NaN\"",
            "-.inf" => "\"-Infinity\"",
            ".inf" => "\"Infinity\"",
            var text => JsonNumber().IsMatch(text) ? text : Quoted(text),
        };
    }

    /// <summary>The text in a binary scalar; its Base64 on one line where it is no text.</summary>
    private static string Binary(string base64)
    {
        var packed = string.Concat(base64.Where(c => !char.IsWhiteSpace(c)));
        var bytes = new byte[packed.Length];
        return Convert.TryFromBase64String(packed, bytes, out var length) && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length))
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : packed;
    }

    private static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\z")]
    private static partial Regex JsonNumber();
}
