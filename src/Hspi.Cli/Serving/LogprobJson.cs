using System.Globalization;
using System.Text;
using System.Text.Json;
using Hspi.Answers;

namespace Hspi.Cli.Serving;

/// <summary>Logprobs in OpenAI's two shapes. Their digits are evidence, so they are written exactly and never through a formatter.</summary>
internal static class LogprobJson
{
    /// <summary>OpenAI's and vLLM's number for "impossible": JSON has no minus infinity.</summary>
    private const string Impossible = "-9999.0";

    /// <summary>The number as Python prints the double of a float32, or rounded to <paramref name="decimals"/>.</summary>
    /// <exception cref="RequestError">It is NaN, which JSON cannot say.</exception>
    public static string Text(float logprob, int? decimals)
    {
        if (float.IsNaN(logprob))
        {
            throw new RequestError(500, "The platform computed NaN for this prompt.");
        }

        if (float.IsInfinity(logprob))
        {
            return Impossible;
        }

        if (decimals is not { } digits)
        {
            return LogSoftmax.Text(logprob);
        }

        // "F" rounds the exact value once; trailing zeros go, as JSON printers drop them.
        var text = ((double)logprob).ToString($"F{digits}", CultureInfo.InvariantCulture);
        text = text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0') : text + ".";
        return text.EndsWith('.') ? text + "0" : text;
    }

    /// <summary>The array <c>content</c> of a chat choice.</summary>
    public static void WriteContent(Utf8JsonWriter writer, IReadOnlyList<ScoredToken> tokens, int? decimals)
    {
        writer.WriteStartArray("content");
        foreach (var token in tokens)
        {
            writer.WriteStartObject();
            WriteRow(writer, token.Name, token.Bytes, token.Logprob, decimals);
            writer.WriteStartArray("top_logprobs");
            foreach (var other in token.Top)
            {
                writer.WriteStartObject();
                WriteRow(writer, other.Name, other.Bytes, other.Logprob, decimals);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNull("refusal");
    }

    /// <summary>The parallel arrays of a completion choice.</summary>
    /// <param name="writer">Stands inside the object <c>logprobs</c>.</param>
    /// <param name="tokens">One element of each array.</param>
    /// <param name="decimals">See <see cref="Text"/>.</param>
    /// <param name="offset">Characters of the choice before these tokens; moved behind them.</param>
    public static void WriteArrays(Utf8JsonWriter writer, IReadOnlyList<ScoredToken> tokens, int? decimals, ref int offset)
    {
        writer.WriteStartArray("text_offset");
        foreach (var token in tokens)
        {
            writer.WriteNumberValue(offset);
            offset += Encoding.UTF8.GetCharCount(token.Bytes.Span);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("token_logprobs");
        foreach (var token in tokens)
        {
            WriteNumber(writer, token.Logprob, decimals);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("tokens");
        foreach (var token in tokens)
        {
            writer.WriteStringValue(token.Name);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("top_logprobs");
        foreach (var token in tokens)
        {
            WriteNamed(writer, token, decimals);
        }

        writer.WriteEndArray();
    }

    private static void WriteNamed(Utf8JsonWriter writer, ScoredToken token, int? decimals)
    {
        if (token.Logprob is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var other in token.Top)
        {
            writer.WritePropertyName(other.Name);
            WriteNumber(writer, other.Logprob, decimals);
        }

        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> bytes, float? logprob, int? decimals)
    {
        writer.WriteString("token", name);
        writer.WritePropertyName("logprob");
        WriteNumber(writer, logprob, decimals);
        writer.WriteStartArray("bytes");
        foreach (var one in bytes.Span)
        {
            writer.WriteNumberValue(one);
        }

        writer.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, float? logprob, int? decimals)
    {
        if (logprob is { } number)
        {
            writer.WriteRawValue(Text(number, decimals));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
