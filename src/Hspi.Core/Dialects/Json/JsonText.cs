using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hspi.Dialects.Json;

/// <summary>Parses JSON that a stranger wrote, keeping every number's characters.</summary>
internal static class JsonText
{
    /// <summary>Deeper than any API answers, shallow enough for the stack of whoever walks it.</summary>
    private const int MaxDepth = 96;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Parses one JSON value. Python's bare <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> become strings of these words.</summary>
    /// <returns>Whether it is JSON; otherwise <paramref name="problem"/> says why not.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out JsonElement value, out string problem)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(text));
        try
        {
            return TryParse(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), out value, out problem);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out JsonElement, out string)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out JsonElement value, out string problem)
    {
        problem = "";
        try
        {
            value = JsonElement.Parse(utf8, Options);
            return true;
        }
        catch (JsonException notJson)
        {
            problem = Shorten(notJson.Message);
        }

        if (!HasBareWord(utf8))
        {
            value = default;
            return false;
        }

        try
        {
            value = JsonElement.Parse(QuoteBareWords(utf8), Options);
            return true;
        }
        catch (JsonException)
        {
            // The first message speaks of the text as it was sent.
            value = default;
            return false;
        }
    }

    private static bool HasBareWord(ReadOnlySpan<byte> utf8) =>
        utf8.IndexOf("NaN"u8) >= 0 || utf8.IndexOf("Infinity"u8) >= 0;

    private static byte[] QuoteBareWords(ReadOnlySpan<byte> utf8)
    {
        var quoted = new List<byte>(utf8.Length + 64);
        var inString = false;
        for (var i = 0; i < utf8.Length; i++)
        {
            var rest = utf8[i..];
            var word = inString ? 0 : BareWordLength(rest);
            if (word > 0)
            {
                quoted.Add((byte)'"');
                quoted.AddRange(rest[..word]);
                quoted.Add((byte)'"');
                i += word - 1;
                continue;
            }

            quoted.Add(utf8[i]);
            if (inString && utf8[i] == (byte)'\\' && i + 1 < utf8.Length)
            {
                quoted.Add(utf8[++i]);
            }
            else if (utf8[i] == (byte)'"')
            {
                inString = !inString;
            }
        }

        return [.. quoted];
    }

    private static int BareWordLength(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("NaN"u8) ? 3 : rest.StartsWith("Infinity"u8) ? 8 : rest.StartsWith("-Infinity"u8) ? 9 : 0;

    private static string Shorten(string message) => message.Length <= 160 ? message : message[..160];
}
