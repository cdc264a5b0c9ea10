using System.Globalization;
using System.Text;

namespace Hspi;

/// <summary>Words of strangers, made harmless and visible: what moves a cursor, turns the direction of reading or has no width becomes <c>\u202e</c>.</summary>
/// <remarks>The form is JSON's own escape, and JSON has such characters only inside strings: a JSON text stays the same value.</remarks>
public static class VisibleText
{
    /// <summary>A value inside a line: line feeds become visible too, so that nobody adds lines to ours.</summary>
    public static string Line(string text) => Escape(text, keepLineFeeds: false);

    /// <summary>A whole report or JSON text, whose line feeds are ours.</summary>
    public static string Block(string text) => Escape(text, keepLineFeeds: true);

    private static string Escape(string text, bool keepLineFeeds)
    {
        StringBuilder? shown = null;
        for (var i = 0; i < text.Length; i++)
        {
            var length = char.IsSurrogatePair(text, i) ? 2 : 1;
            var hidden = IsHidden(text, i) && !(keepLineFeeds && text[i] == '\n');
            shown ??= hidden ? new StringBuilder(text, 0, i, text.Length + 64) : null;
            foreach (var c in text.AsSpan(i, length))
            {
                _ = hidden ? shown!.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : shown?.Append(c);
            }

            i += length - 1;
        }

        return shown?.ToString() ?? text;
    }

    private static bool IsHidden(string text, int index)
    {
        var c = text[index];
        return c is < ' ' or > '~' && (CharUnicodeInfo.GetUnicodeCategory(text, index) is
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            // Letters and marks that nobody sees: the joiner of graphemes, Hangul fillers, variation selectors.
            || c is '\u034F' or '\u115F' or '\u1160' or '\u17B4' or '\u17B5' or '\u3164' or '\uFFA0' or (>= '\uFE00' and <= '\uFE0F') or (>= '\u180B' and <= '\u180F')
            || (c == '\uDB40' && char.IsSurrogatePair(text, index)));
    }
}
