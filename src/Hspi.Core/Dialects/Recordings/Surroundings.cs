using System.Globalization;
using System.Text.Json;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects.Recordings;

/// <summary>What the containers around a body say of it, and its own fields cannot: who was asked what, and what came with the answer.</summary>
/// <param name="Request">What was sent; without an address where nothing says it.</param>
/// <param name="Status">HTTP status; 0 where nothing says it.</param>
/// <param name="Headers">Of the response.</param>
/// <param name="Seconds">From sending to the last byte; 0 where nothing says it.</param>
internal sealed record Surroundings(ExchangeRequest Request, int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, double Seconds)
{
    private static readonly string[] RequestNames = ["request", "originalRequest", "httpRequest", "req", "Request"];
    private static readonly string[] AddressNames = ["url", "uri", "request_url", "requestUrl", "api_base", "RequestUri"];
    private static readonly string[] StatusNames = ["status", "status_code", "statusCode", "StatusCode", "code"];
    private static readonly string[] HeaderNames = ["headers", "header", "rawHeaders", "ResponseHeaders", "response_headers"];
    private static readonly string[] BodyNames = ["parsed_body", "body", "jsonBody", "base64Body", "ResponseBody", "content", "text"];

    /// <summary>Nothing is known.</summary>
    public static Surroundings None { get; } = new(new ExchangeRequest("", "", [], ""), 0, [], 0);

    /// <summary>Whether something says that this was an exchange over HTTP, so that whatever came back is a response.</summary>
    public bool IsExchange => Status > 0 || Request.Url.Length > 0;

    /// <summary>The response's Content-Encoding; empty where nothing says it.</summary>
    public string ContentEncoding => Headers.FirstOrDefault(header => header.Key.Equals("content-encoding", StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>Whether a field of this name holds what was asked; nothing in it was answered.</summary>
    public static bool IsRequest(string name) => RequestNames.Contains(name) || name is "requests" or "RequestBody" or "RequestHeaders" or "request_body" or "requestBody" or "postData";

    /// <summary>The exchange of a body.</summary>
    public Exchange Around(string body) => new(Request, new ExchangeResponse(Status, Headers, body), Seconds);

    /// <summary>With what the fields of an object say of the request, if they do.</summary>
    public Surroundings WithRequestOf(JsonElement around)
    {
        var request = First(around, RequestNames);
        if (request.Text() is { } written && JsonText.TryParse(written, out var parsed, out _))
        {
            request = parsed; // a log that keeps the request as text
        }

        if (IsNock(around))
        {
            return With(around, around.At("scope").Text() + around.At("path").Text(), around.At("body")).WithResponse(around);
        }

        if (around.At("host").Text() is { } host && around.At("path").Text() is { } path && around.Has("scheme"))
        {
            return With(around, $"{around.At("scheme").Text()}://{host}{path}", request.At("body")); // Charles
        }

        if (request.IsObject)
        {
            return WithRequest(request) with { Seconds = SecondsOf(around) };
        }

        return First(around, AddressNames).Text() is { } address && address.StartsWith("http", StringComparison.Ordinal)
            ? this with
            {
                Request = new ExchangeRequest(
                    around.At("method").Text() ?? around.At("RequestMethod").Text() ?? Request.Method,
                    address,
                    HeadersOf(around.At("RequestHeaders")),
                    BodyText(First(around, ["RequestBody", "request_body", "requestBody"])) ?? Request.Body),
            }
            : this;
    }

    /// <summary>With what a request says; one that is the JSON that was sent is its own body.</summary>
    public Surroundings WithRequest(JsonElement request)
    {
        var url = request.At("url").At("raw").Text() ?? First(request, AddressNames).Text() ?? request.At("path").Text() ?? request.At("urlPath").Text() ?? Request.Url;
        var body = First(request, ["parsed_body", "body", "postData", "content"]);
        return With(request, url, !body.IsPresent && (request.Has("messages") || request.Has("prompt")) ? request : body);
    }

    /// <summary>With status and headers of an object that is a response as HTTP has them.</summary>
    public Surroundings WithResponse(JsonElement response) => this with { Status = StatusOf(response), Headers = HeadersOf(First(response, HeaderNames)) };

    /// <summary>The body of an object that is a response as HTTP has them.</summary>
    /// <param name="value">The object.</param>
    /// <param name="named">Whether it is called a response, so that less of it is enough.</param>
    /// <param name="name">The field that holds the body; empty where none does.</param>
    /// <returns>Whether it is such a response.</returns>
    public static bool IsResponse(JsonElement value, bool named, out string name)
    {
        name = BodyNames.FirstOrDefault(field => value.Has(field)) ?? "";
        var (headers, status) = (First(value, HeaderNames).IsPresent, StatusOf(value) > 0);
        return value.IsObject && (headers && status || (named && (headers || status || value.Has("body")))) && !IsNock(value);
    }

    /// <summary>Whether an object is an entry of nock, whose own <c>body</c> was sent and whose <c>response</c> is the body that came back.</summary>
    public static bool IsNock(JsonElement value) => value.At("scope").Text() is { } scope && scope.StartsWith("http", StringComparison.Ordinal) && value.Has("response");

    /// <summary>A body as a text, as the parts of a text, or as the JSON it is; null where there is none.</summary>
    public static string? BodyText(JsonElement body)
    {
        var inner = body.IsObject ? First(body, ["string", "base64_string", "raw", "text"]) : body;
        return inner.IsArray && inner.GetArrayLength() > 0 && inner.Items().All(item => item.ValueKind == JsonValueKind.String)
            ? string.Concat(inner.Items().Select(item => item.Text()))
            : inner.Text() ?? (body.IsObject || body.IsArray ? body.GetRawText() : null);
    }

    private Surroundings With(JsonElement request, string url, JsonElement body) => this with
    {
        Request = new ExchangeRequest(request.At("method").Text() ?? Request.Method, url, HeadersOf(First(request, ["headers", "header", "reqheaders"])), BodyText(body) ?? ""),
    };

    private static JsonElement First(JsonElement value, string[] names) => names.Select(name => value.At(name)).FirstOrDefault(field => field.IsPresent);

    private static int StatusOf(JsonElement response)
    {
        foreach (var status in StatusNames.Select(name => response.At(name)))
        {
            var number = status.WholeNumber() ?? status.At("code").WholeNumber()
                ?? (status.Text() is [>= '1' and <= '5', _, _, ..] text && int.TryParse(text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var written) ? written : null);
            if (number is > 0)
            {
                return (int)Math.Clamp(number.Value, 0, 999);
            }
        }

        return 0;
    }

    private static double SecondsOf(JsonElement entry)
    {
        var text = entry.At("seconds").ValueKind == JsonValueKind.Number ? entry.At("seconds") : entry.At("time");
        var unit = entry.At("seconds").ValueKind == JsonValueKind.Number ? 1 : 1000; // HAR counts milliseconds
        return text.ValueKind == JsonValueKind.Number && text.TryGetDouble(out var number) && double.IsFinite(number) ? Math.Max(0, number / unit) : 0;
    }

    /// <summary>Headers as pairs, as <c>{name, value}</c>, as names and values by turns, or as an object whose values are texts or lists.</summary>
    private static List<KeyValuePair<string, string>> HeadersOf(JsonElement headers)
    {
        headers = headers.At("headers").IsArray ? headers.At("headers") : headers; // Charles
        if (headers.IsArray)
        {
            return headers.Item(0).ValueKind == JsonValueKind.String
                ? [.. headers.Items().Chunk(2).Select(pair => KeyValuePair.Create(pair[0].Text() ?? "", pair[^1].Text() ?? ""))]
                :
                [
                    .. headers.Items().Select(pair => pair.IsArray
                        ? KeyValuePair.Create(pair.Item(0).Text() ?? "", pair.Item(1).Text() ?? "")
                        : KeyValuePair.Create(pair.At("name").Text() ?? pair.At("key").Text() ?? "", pair.At("value").Text() ?? "")),
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
