using System.Text;
using Hspi.Probes;

namespace Hspi.Core.Tests.Fuzzing;

/// <summary>Damages texts the way networks, proxies and enemies do. The same seed gives the same damage.</summary>
internal sealed class Mutator(ulong seed)
{
    private static readonly string[] Insertions =
    [
        "NaN", "-Infinity", "1e999", "-1e-400", "-0", "00", "1E+", new string('9', 400), "null", "true", "{}", "[]", "\"", "\\", "\\u0000", "\\ud800", "\\udfff\\ud800",
        "\n", "\r\n", "\n\n", "data:", "data: [DONE]", ": ping", "event: x\n", "{\"", "}", "[", "]", ",", ":", "\uFEFF", "\u0000", "\u2028", "\uFFFD", "é", "😀",
        "\"error\":{\"message\":null},", "\"choices\":", "\"logprobs\":{\"content\":[", "\"top_logprobs\":", "\"index\":99999999999,", "\"index\":-1,", "\"usage\":{\"prompt_tokens\":-5},",
        "interactions:\n- ", "|\n", ">-\n", "'", "''", "- - - ", "? ", "&a ", "*a", "!!python/object", "!!binary ", "---\n", "H4sIAAAAAAAA", "HTTP/1.1 200 OK\r\n", "\"encoding\":\"base64\",", "\"scope\":\"https://h\",", "\"log\":{\"entries\":[", "\"Entries\":", "\"response\":", "\"body\":",
        "<html>", "Retry-After", "x-ratelimit-reset-requests", "-9999.0", "token_id:5", "token_id:99999999999999999999",
    ];

    private SeededNormal _chance = new(seed);

    /// <summary>A whole number below <paramref name="bound"/>.</summary>
    public int Next(int bound) => _chance.Next(bound);

    /// <summary>One to eight damages of a text.</summary>
    public string Text(string text, IReadOnlyList<string> others)
    {
        for (var i = 1 + Next(8); i > 0; i--)
        {
            text = Once(text, others);
        }

        return text;
    }

    /// <summary>One to eight damages of bytes.</summary>
    public byte[] Bytes(byte[] bytes)
    {
        var damaged = bytes.ToList();
        for (var i = 1 + Next(8); i > 0 && damaged.Count > 0; i--)
        {
            var at = Next(damaged.Count);
            switch (Next(4))
            {
                case 0: damaged[at] ^= (byte)(1 << Next(8)); break;
                case 1: damaged.RemoveRange(at, Math.Min(1 + Next(64), damaged.Count - at)); break;
                case 2: damaged.InsertRange(at, damaged.GetRange(at, Math.Min(1 + Next(64), damaged.Count - at))); break;
                default: damaged.RemoveRange(at, damaged.Count - at); break;
            }
        }

        return [.. damaged];
    }

    private string Once(string text, IReadOnlyList<string> others)
    {
        var at = Next(text.Length + 1);
        var length = Math.Min(1 + Next(Next(4) == 0 ? 400 : 12), text.Length - at);
        return Next(9) switch
        {
            0 => text[..at] + (char)Next(Next(3) == 0 ? 0x10000 : 0x80) + text[Math.Min(at + 1, text.Length)..],
            1 => text.Remove(at, length),
            2 => text.Insert(at, text.Substring(at, length)),
            3 => text[..at],
            4 => text.Insert(at, Insertions[Next(Insertions.Length)]),
            5 => text.Insert(at, Nested()),
            6 => Splice(text, at, others[Next(others.Count)]),
            7 => text[..at] + Insertions[Next(Insertions.Length)] + text[(at + length)..],
            _ => string.Concat(text.AsSpan(at), text.AsSpan(0, at)),
        };
    }

    private string Nested()
    {
        var opening = Next(3) switch { 0 => "[", 1 => "{\"a\":", _ => "- " };
        return new StringBuilder().Insert(0, opening, 1 + Next(Next(10) == 0 ? 20_000 : 200)).ToString();
    }

    private string Splice(string text, int at, string other) => string.Concat(text.AsSpan(0, at), other.AsSpan(Next(other.Length + 1)));
}
