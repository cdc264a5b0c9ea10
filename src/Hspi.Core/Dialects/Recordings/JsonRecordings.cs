using System.Text;
using System.Text.Json;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects.Recordings;

/// <summary>Finds responses in one JSON value: HAR, a test proxy's entries, captured exchanges, batch results, or bodies.</summary>
internal static class JsonRecordings
{
    /// <summary>Everything in the value, in order.</summary>
    public static IEnumerable<Recording> Read(JsonElement value)
    {
        if (value.IsArray)
        {
            return EmbeddingShapes.IsBareLists(value) ? [RecordingFile.Body(value.GetRawText())] : Items(value);
        }

        if (value.At("log").At("entries").IsArray)
        {
            return value.At("log").At("entries").Items().Select((entry, index) => Http(entry, index + 1));
        }

        if (value.At("Entries").IsArray)
        {
            return value.At("Entries").Items().Select(Proxy);
        }

        if (value.At("response").IsObject && (value.At("request").IsObject || value.At("response").Has("body")))
        {
            return [Http(value, 1)];
        }

        return value.IsObject
            ? [RecordingFile.Body(value.GetRawText())]
            : [new Recording.Unreadable(1, "This JSON holds no response.")];
    }

    private static IEnumerable<Recording> Items(JsonElement array)
    {
        var stream = new StringBuilder();
        JsonElement last = default;
        foreach (var item in array.Items())
        {
            var belongs = StreamPieces.IsPiece(item, stream.Length > 0 ? last : default) || IsGeminiPiece(item, array);
            if (stream.Length > 0 && (!belongs || StreamPieces.Begins(item, last)))
            {
                yield return RecordingFile.Body(stream.ToString());
                stream.Clear();
            }

            if (belongs)
            {
                // One event on each line; a recorder may have indented it.
                stream.Append(item.GetRawText().ReplaceLineEndings(" ")).Append('\n');
                last = item;
                continue;
            }

            foreach (var recording in item.IsArray ? [] : Read(item))
            {
                yield return recording;
            }
        }

        if (stream.Length > 0)
        {
            yield return RecordingFile.Body(stream.ToString());
        }
    }

    /// <summary>Gemini streams one array; all but the last piece have no finish reason.</summary>
    private static bool IsGeminiPiece(JsonElement item, JsonElement array) =>
        item.At("candidates").IsArray && array.Items().Any(other => other.At("candidates").IsArray && !other.At("candidates").Item(0).Has("finishReason"));

    /// <summary>An exchange as <c>{request, response}</c>, in HAR's words or plain ones.</summary>
    private static Recording Http(JsonElement entry, int where)
    {
        var request = entry.At("request");
        var response = entry.At("response");
        var content = response.At("content");
        var body = response.Has("body") ? BodyText(response.At("body")) : content.At("text").Text();
        if (content.At("encoding").Text() == "base64" && body is not null)
        {
            var bytes = new byte[body.Length];
            if (!Convert.TryFromBase64String(body, bytes, out var length))
            {
                return new Recording.Unreadable(where, $"Entry {where}: its body says it is Base64 and is not.");
            }

            body = Encoding.UTF8.GetString(bytes, 0, length);
        }

        return new Recording.Response(new Exchange(
            new ExchangeRequest(
                request.At("method").Text() ?? "",
                request.At("url").Text() ?? request.At("path").Text() ?? request.At("uri").Text() ?? "",
                Headers(request.At("headers")),
                (request.Has("body") ? BodyText(request.At("body")) : request.At("postData").At("text").Text()) ?? ""),
            new ExchangeResponse(Status(response), Headers(response.At("headers")), body ?? ""),
            Seconds(entry)));
    }

    /// <summary>An entry of the Azure SDK's test proxy: JSON bodies inline, streams as a list of lines.</summary>
    private static Recording Proxy(JsonElement entry) => new Recording.Response(new Exchange(
        new ExchangeRequest(
            entry.At("RequestMethod").Text() ?? "",
            entry.At("RequestUri").Text() ?? "",
            Headers(entry.At("RequestHeaders")),
            BodyText(entry.At("RequestBody")) ?? ""),
        new ExchangeResponse(
            (int)Math.Clamp(entry.At("StatusCode").WholeNumber() ?? 0, 0, 999),
            Headers(entry.At("ResponseHeaders")),
            BodyText(entry.At("ResponseBody")) ?? ""),
        0));

    /// <summary>A body kept as text, as a list of its lines, or as the JSON it is.</summary>
    private static string? BodyText(JsonElement body)
    {
        if (body.IsArray && body.Items().All(item => item.ValueKind == JsonValueKind.String) && body.GetArrayLength() > 0)
        {
            return string.Concat(body.Items().Select(item => item.Text()));
        }

        return body.Text() ?? (body.IsObject || body.IsArray ? body.GetRawText() : null);
    }

    private static int Status(JsonElement response) => (int)Math.Clamp(
        response.At("status").WholeNumber() ?? response.At("status_code").WholeNumber() ?? response.At("status").At("code").WholeNumber() ?? 0, 0, 999);

    private static double Seconds(JsonElement entry)
    {
        var text = entry.At("seconds").ValueKind == JsonValueKind.Number ? entry.At("seconds") : entry.At("time");
        var unit = entry.At("seconds").ValueKind == JsonValueKind.Number ? 1 : 1000; // HAR counts milliseconds
        return text.ValueKind == JsonValueKind.Number && text.TryGetDouble(out var number) && double.IsFinite(number) ? Math.Max(0, number / unit) : 0;
    }

    /// <summary>Headers as pairs, as <c>{name, value}</c>, or as an object whose values are texts or lists.</summary>
    private static List<KeyValuePair<string, string>> Headers(JsonElement headers)
    {
        if (headers.IsArray)
        {
            return
            [
                .. headers.Items().Select(pair => pair.IsArray
                    ? KeyValuePair.Create(pair.Item(0).Text() ?? "", pair.Item(1).Text() ?? "")
                    : KeyValuePair.Create(pair.At("name").Text() ?? "", pair.At("value").Text() ?? "")),
            ];
        }

        return !headers.IsObject
            ? []
            :
            [
                .. headers.EnumerateObject().SelectMany(field => field.Value.IsArray
                    ? field.Value.Items().Select(value => KeyValuePair.Create(field.FieldName(), value.Text() ?? ""))
                    : [KeyValuePair.Create(field.FieldName(), field.Value.Text() ?? "")]),
            ];
    }
}
