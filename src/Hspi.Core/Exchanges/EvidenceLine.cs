using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hspi.Exchanges;

/// <summary>The form of a line: <c>{"kind", "previous", "sha256", "value"}</c>, each hash over the one before it and its own value.</summary>
internal static class EvidenceLine
{
    /// <summary>What the first line continues from: the name and version of the format.</summary>
    public const string Origin = "hspi-evidence-1";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>SHA-256 that chains <paramref name="value"/> to the line before it.</summary>
    public static string Hash(string previous, string kind, string value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{previous}\n{kind}\n{value}")));

    /// <summary>The whole line without its line feed.</summary>
    public static string Write(string kind, string previous, string hash, string value) => Json(writer =>
    {
        writer.WriteString("kind", kind);
        writer.WriteString("previous", previous);
        writer.WriteString("sha256", hash);
        writer.WritePropertyName("value");
        writer.WriteRawValue(value, skipInputValidation: true);
    });

    /// <summary>JSON of an exchange.</summary>
    public static string Value(Exchange exchange) => Json(writer =>
    {
        writer.WriteStartObject("request");
        writer.WriteString("method", exchange.Request.Method);
        writer.WriteString("url", exchange.Request.Url);
        WriteHeaders(writer, exchange.Request.Headers);
        writer.WriteString("body", exchange.Request.Body);
        writer.WriteEndObject();
        if (exchange.Response is { } response)
        {
            writer.WriteStartObject("response");
            writer.WriteNumber("status", response.Status);
            WriteHeaders(writer, response.Headers);
            writer.WriteString("body", response.Body);
            writer.WriteEndObject();
        }

        writer.WriteNumber("seconds", exchange.Seconds);
    });

    /// <summary>JSON of the settings.</summary>
    public static string Value(IReadOnlyDictionary<string, string> settings) => Json(writer =>
    {
        foreach (var (key, value) in settings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }
    });

    /// <summary>The record of a line, and its hash.</summary>
    /// <exception cref="FormatException">It is no line of this form, or was changed.</exception>
    public static (EvidenceRecord Record, string Hash) Read(string line, string previous)
    {
        using var document = Parse(line);
        var root = document.RootElement;
        var kind = root.GetProperty("kind").GetString() ?? "";
        var value = root.GetProperty("value");
        var hash = Hash(previous, kind, value.GetRawText());
        if (root.GetProperty("previous").GetString() != previous || root.GetProperty("sha256").GetString() != hash)
        {
            throw new FormatException("its hash does not fit: it, or a line before it, was changed");
        }

        return (Record(kind, value), hash);
    }

    private static EvidenceRecord Record(string kind, JsonElement value) => kind switch
    {
        "settings" => new EvidenceRecord.Settings(value.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "", StringComparer.Ordinal)),
        "exchange" => new EvidenceRecord.Sent(Exchange(value)),
        _ => new EvidenceRecord.Note(kind, value.GetRawText()),
    };

    private static Exchange Exchange(JsonElement value)
    {
        var request = value.GetProperty("request");
        return new Exchange(
            new ExchangeRequest(
                request.GetProperty("method").GetString() ?? "",
                request.GetProperty("url").GetString() ?? "",
                Headers(request),
                request.GetProperty("body").GetString() ?? ""),
            value.TryGetProperty("response", out var response)
                ? new ExchangeResponse(response.GetProperty("status").GetInt32(), Headers(response), response.GetProperty("body").GetString() ?? "")
                : null,
            value.GetProperty("seconds").GetDouble());
    }

    private static List<KeyValuePair<string, string>> Headers(JsonElement message) =>
        [.. message.GetProperty("headers").EnumerateArray().Select(pair => KeyValuePair.Create(pair[0].GetString() ?? "", pair[1].GetString() ?? ""))];

    private static void WriteHeaders(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        writer.WriteStartArray("headers");
        foreach (var (name, value) in headers)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(name);
            writer.WriteStringValue(value);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            throw new FormatException("it is not JSON", wrong);
        }
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
