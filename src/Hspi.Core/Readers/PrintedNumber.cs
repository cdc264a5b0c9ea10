using System.Globalization;

namespace Hspi.Readers;

/// <summary>A logprob as it was printed: its value, and how finely the text says it.</summary>
/// <param name="Value">The double nearest to the text.</param>
/// <param name="Decimals">Digits after the decimal point once an exponent is written out; 0 for a whole number.</param>
/// <param name="SignificantDigits">Digits from the first to the last that is not zero; 0 for zero.</param>
/// <param name="Magnitude">Decimal exponent of the first digit: 0 for 1.5, -2 for 0.015.</param>
internal readonly record struct PrintedNumber(double Value, int Decimals, int SignificantDigits, int Magnitude)
{
    // A logprob of a float32 softmax cannot lie below ln(2^-149) = -103.3 by much; servers write -9999, -1e30 or float.MinValue for "not known".
    private const double LowestLogprob = -1000;

    /// <summary>Reads a number; false for <c>null</c>, <c>NaN</c>, an infinity or anything else that is not a finite number.</summary>
    public static bool TryRead(string? text, out PrintedNumber number)
    {
        number = default;
        if (text is null || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            return false;
        }

        var (decimals, significant, magnitude) = Shape(text);
        number = new PrintedNumber(value, decimals, significant, magnitude);
        return true;
    }

    /// <summary>Reads a number that is a logprob; false for what is no number, and for one that servers write for "none".</summary>
    public static bool TryReadLogprob(string? text, out PrintedNumber number) => TryRead(text, out number) && !number.IsSentinel;

    /// <summary>Whether servers write this number for "none": -9999, -100, anything below -1000, and what is above 0.</summary>
    public bool IsSentinel => Value is -100 or < LowestLogprob or > 0;

    private static (int Decimals, int Significant, int Magnitude) Shape(ReadOnlySpan<char> text)
    {
        var (digits, trailingZeros, wholeDigits, place, firstPlace, exponent) = (0, 0, 0, 0, 0, 0);
        var afterPoint = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '.':
                    afterPoint = true;
                    break;
                case 'e' or 'E':
                    _ = int.TryParse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
                    i = text.Length;
                    break;
                case >= '0' and <= '9':
                    place += afterPoint ? 1 : 0;
                    if (digits > 0 || text[i] is not '0')
                    {
                        firstPlace = digits++ == 0 ? place : firstPlace;
                        wholeDigits += afterPoint ? 0 : 1;
                        trailingZeros = text[i] is '0' ? trailingZeros + 1 : 0;
                    }

                    break;
            }
        }

        if (digits == 0)
        {
            return (0, 0, 0);
        }

        var significant = digits - trailingZeros;
        var magnitude = (firstPlace > 0 ? -firstPlace : wholeDigits - 1) + exponent;
        return (Math.Max(0, significant - 1 - magnitude), significant, magnitude);
    }
}
