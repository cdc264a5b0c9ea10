using System.Globalization;
using System.Text.Json;

namespace Hspi.Dialects.Json;

/// <summary>Reads fields of JSON that a stranger wrote: an absent, misplaced or malformed field is absent, never an exception.</summary>
internal static class JsonFields
{
    extension(JsonElement element)
    {
        /// <summary>Whether the field is there and not null.</summary>
        public bool IsPresent => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

        /// <summary>Whether it is an object.</summary>
        public bool IsObject => element.ValueKind == JsonValueKind.Object;

        /// <summary>Whether it is an array.</summary>
        public bool IsArray => element.ValueKind == JsonValueKind.Array;

        /// <summary>The field <paramref name="name"/>; undefined where this is no object or has none.</summary>
        public JsonElement At(string name) => Find(element, name, out var value) ? value : default;

        /// <summary>Whether the field <paramref name="name"/> exists, even as null.</summary>
        public bool Has(string name) => Find(element, name, out _);

        /// <summary>The items of an array; none where this is no array.</summary>
        public IEnumerable<JsonElement> Items() =>
            element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : Enumerable.Empty<JsonElement>();

        /// <summary>The item at <paramref name="index"/>; undefined where there is none.</summary>
        public JsonElement Item(int index) =>
            element.ValueKind == JsonValueKind.Array && index >= 0 && index < element.GetArrayLength() ? element[index] : default;

        /// <summary>A string's text; null for anything else. A string with half a surrogate pair is given as it was escaped.</summary>
        public string? Text()
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            try
            {
                return element.GetString();
            }
            catch (InvalidOperationException)
            {
                // Half of a UTF-16 pair: servers that cut a token in the middle of a character write it so.
                return element.GetRawText().Trim('"');
            }
        }

        /// <summary>The characters of a number as sent; also of the words that stand for numbers outside JSON. Null for anything else.</summary>
        public string? NumberText() => element.ValueKind switch
        {
            JsonValueKind.Number => element.GetRawText(),
            JsonValueKind.String when element.Text() is { } text && IsNumber(text) => text,
            _ => null,
        };

        /// <summary>A whole number, also as <c>12.0</c>; null for anything else or out of range.</summary>
        public long? WholeNumber()
        {
            if (element.ValueKind != JsonValueKind.Number)
            {
                return null;
            }

            if (element.TryGetInt64(out var whole))
            {
                return whole;
            }

            return element.TryGetDouble(out var real) && Math.Abs(real) < 1e15 && Math.Floor(real) == real ? (long)real : null;
        }

        /// <summary>A token id: a whole number that fits, from 0.</summary>
        public int? TokenId() => element.WholeNumber() is { } id and >= 0 and <= int.MaxValue ? (int)id : null;
    }

    /// <summary>The name of a field; the replacement character where it holds half a surrogate pair.</summary>
    public static string FieldName(this JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static bool Find(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        if (element.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // A neighbour's name holds half a surrogate pair, and the search stops at it: go around.
            value = element.EnumerateObject().Where(field => field.FieldName() == name).Select(field => field.Value).LastOrDefault();
            return value.ValueKind != JsonValueKind.Undefined;
        }
    }

    private static bool IsNumber(string text) =>
        text is "NaN" or "Infinity" or "-Infinity" or "inf" or "-inf" or "nan"
        || (text.Length is > 0 and < 64
            && (char.IsAsciiDigit(text[0]) || text[0] == '-')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
}
