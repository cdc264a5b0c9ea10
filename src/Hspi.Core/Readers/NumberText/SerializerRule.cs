using System.Globalization;

namespace Hspi.Readers.NumberText;

/// <summary>How a program writes a double or float: what its texts look like beyond their digits.</summary>
/// <param name="Name">The program or library.</param>
/// <param name="WritesPointZero">Whether a whole number keeps its <c>.0</c>.</param>
/// <param name="LowestPlainExponent">Smallest decimal exponent of the first digit that is still written without <c>e</c>.</param>
/// <param name="ExponentDigits">Fewest digits of a written exponent.</param>
/// <param name="Capital">Whether it writes <c>E</c>.</param>
/// <param name="Source">Where this is known from.</param>
public sealed record SerializerRule(string Name, bool WritesPointZero, int LowestPlainExponent, int ExponentDigits, bool Capital, string Source)
{
    /// <summary>The rows; to add one, add a line with its source, and a text of it to the tests.</summary>
    public static IReadOnlyList<SerializerRule> All { get; } =
    [
        new("Python json", true, -4, 2, false, "float.__repr__, CPython pystrtod.c format 'r': exponent when decpt is at most -4 or above 16"),
        new("Rust serde_json", true, -5, 1, false, "ryu 1.0 pretty format: exponent when kk is at most -5"),
        new("JavaScript JSON.stringify", false, -6, 1, false, "ECMA-262 Number::toString: plain down to 1e-6, then e-7"),
        new("Go encoding/json", false, -6, 1, false, "encode.go floatEncoder: 'e' below 1e-6, and e-09 cleaned to e-9"),
        new("nlohmann::json (llama.cpp)", true, -4, 2, false, "to_chars.hpp format_buffer: min_exp -4, exponent of at least two digits"),
        new(".NET System.Text.Json", false, -4, 2, true, "double.ToString(\"R\"), which Utf8JsonWriter uses: 0.0001, then 1E-05"),
        new("Java Jackson", true, -3, 1, true, "Double.toString: plain from 1e-3"),
    ];

    /// <summary>Whether this program could have written a number so. Zeros and non-numbers say nothing.</summary>
    public bool CouldWrite(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value == 0 || !double.IsFinite(value))
        {
            return true;
        }

        var mark = text.AsSpan().IndexOfAny('e', 'E');
        if (mark < 0)
        {
            _ = PrintedNumber.TryRead(text, out var number);
            var whole = value == Math.Floor(value);
            return number.Magnitude >= LowestPlainExponent && (!whole || text.EndsWith(".0", StringComparison.Ordinal) == WritesPointZero);
        }

        var exponent = text.AsSpan(mark + 1);
        var digits = exponent.TrimStart("+-");
        var width = Math.Max(ExponentDigits, digits.TrimStart('0').Length);
        return (text[mark] == 'E') == Capital && digits.Length == width
            && PrintedNumber.TryRead(text, out var small) && (small.Magnitude < LowestPlainExponent || small.Magnitude > 15);
    }
}
