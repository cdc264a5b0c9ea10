using System.Globalization;
using System.Text.Json;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Readers.Surface;

/// <summary>What one response shows apart from its numbers: fields and their order, ids, names, headers, defaults, errors.</summary>
/// <remarks>
/// Each field of the print has one or more values. <c>probes/signatures/README.md</c> lists the fields; the signature
/// base speaks in them, and an unknown response is printed in them.
/// </remarks>
public sealed class SurfacePrint
{
    private const int LongestValue = 200;
    private const int MostValues = 64;

    private readonly SortedDictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    private SurfacePrint() { }

    /// <summary>The fields that were seen, in alphabetical order.</summary>
    public IEnumerable<string> Fields => _fields.Keys;

    /// <summary>The values of a field, in the order seen; none where it was not.</summary>
    public IReadOnlyList<string> Values(string field) => _fields.TryGetValue(field, out var values) ? values : [];

    /// <summary>Takes the print of a response.</summary>
    public static SurfacePrint Of(Exchange exchange)
    {
        var print = new SurfacePrint();
        if (Uri.TryCreate(exchange.Request.Url, UriKind.Absolute, out var uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            print.Add("host", uri.Host.ToLowerInvariant());
            print.Add("path", uri.AbsolutePath);
        }
        else if (exchange.Request.Url.StartsWith('/'))
        {
            print.Add("path", exchange.Request.Url);
        }

        if (exchange.Response is not { } response)
        {
            return print;
        }

        if (response.Status > 0)
        {
            print.Add("status", response.Status.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (name, value) in response.Headers)
        {
            var key = name.ToLowerInvariant();
            print.Add("headers", key);
            if (key is "server" or "via" or "x-powered-by" or "openai-version" or "x-inference-engine")
            {
                print.Add($"header.{key}", value);
            }
        }

        print.AddBody(response.Body);
        return print;
    }

    /// <summary>The print as lines of a signature, so that an unknown can be named and pasted in.</summary>
    public IEnumerable<string> ToSignatureLines()
    {
        foreach (var (field, values) in _fields.Where(pair => pair.Key is not ("status" or "model" or "error")))
        {
            foreach (var value in values.Take(4))
            {
                yield return field.EndsWith("keys", StringComparison.Ordinal)
                    ? $"  adds    {field} order {value}  1"
                    : $"  adds    {field} = {value}  1";
            }
        }
    }

    private void AddBody(string body)
    {
        var events = BodyEvents.Read(body);
        var start = body.AsSpan().TrimStart();
        if (start is ['{', ..])
        {
            Add("spacing", start.Length > 1 && start[1] is '\n' or '\r' ? "indented" : body.Contains("\": ", StringComparison.Ordinal) && !body.Contains("\":\"", StringComparison.Ordinal) ? "python" : "compact");
        }

        if (events.Streamed)
        {
            Add("streamed", "yes");
        }

        // The first and the last events say all there is to say; the middle repeats the first.
        foreach (var value in events.Values.Count <= 8 ? events.Values : [.. events.Values.Take(4), .. events.Values.TakeLast(4)])
        {
            AddObject(value);
        }
    }

    private void AddObject(JsonElement value)
    {
        AddKeys("keys", value);
        AddText("object", value.At("object"));
        AddText("id", value.At("id"));
        AddText("model", value.At("model"));
        AddText("fingerprint", value.At("system_fingerprint"));
        AddText("type", value.At("type"));
        AddText("created_at", value.At("created_at"));
        AddText("done_reason", value.At("done_reason"));
        AddText("build", value.At("build_info"));
        AddText("provider", value.At("provider"));
        AddText("total_duration", value.At("total_duration"));
        if (value.At("prompt").IsArray)
        {
            Add("prompt", "array");
        }

        AddKeys("usage.keys", value.At("usage"));
        AddKeys("timings.keys", value.At("timings"));
        AddKeys("details.keys", value.At("details"));
        AddKeys("details.token.keys", value.At("details").At("tokens").Item(0));
        AddKeys("token.keys", value.At("token"));
        AddKeys("meta.keys", value.At("meta_info"));
        AddText("owned_by", value.At("data").Item(0).At("owned_by"));
        AddKeys("model.keys", value.At("data").Item(0));
        AddKeys("probability.keys", value.At("completion_probabilities").Item(0));
        AddKeys("probability.row.keys", value.At("completion_probabilities").Item(0).At("probs").Item(0));
        AddKeys("settings.keys", value.At("generation_settings"));
        AddKeys("settings.keys", value.At("default_generation_settings"));
        AddKeys("settings.keys", value.At("default_generation_settings").At("params"));
        AddKeys("candidate.keys", value.At("candidates").Item(0));
        AddKeys("error.keys", value.At("error"));
        AddText("error", value.At("error").IsObject ? value.At("error").At("message") : value.At("error"));
        AddText("error.type", value.At("error").At("type"));
        AddText("error_type", value.At("error_type"));
        foreach (var choice in value.At("choices").Items().Take(2))
        {
            AddKeys("choice.keys", choice);
            AddKeys("message.keys", choice.At("message"));
            AddKeys("delta.keys", choice.At("delta"));
            var logprobs = choice.At("logprobs");
            AddKeys("logprobs.keys", logprobs);
            AddKeys("row.keys", logprobs.At("content").Item(0));
        }

        AddResponse(value.At("response").IsObject ? value.At("response") : value.At("object").Text() == "response" ? value : default);
    }

    /// <summary>Of OpenAI's Responses: the ids of the answer and of its parts.</summary>
    private void AddResponse(JsonElement response)
    {
        if (!response.IsObject)
        {
            return;
        }

        AddKeys("response.keys", response);
        AddText("id", response.At("id"));
        AddText("model", response.At("model"));
        foreach (var item in response.At("output").Items().Take(4))
        {
            AddText("item.id", item.At("id"));
        }
    }

    private void AddKeys(string field, JsonElement value)
    {
        if (value.IsObject)
        {
            Add(field, string.Join(',', value.EnumerateObject().Select(property => property.FieldName())));
        }
    }

    private void AddText(string field, JsonElement value)
    {
        if ((value.Text() ?? value.NumberText()) is { } text)
        {
            Add(field, text);
        }
    }

    private void Add(string field, string value)
    {
        if (!_fields.TryGetValue(field, out var values))
        {
            _fields[field] = values = [];
        }

        // A key list may be long; a single value never needs to be. Control characters would tear the lines of a print.
        var most = field.EndsWith("keys", StringComparison.Ordinal) ? 8 * LongestValue : LongestValue;
        var clean = string.Create(Math.Min(value.Length, most), value, (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(text[i]) ? '?' : text[i];
            }
        });
        if (values.Count < MostValues && !values.Contains(clean))
        {
            values.Add(clean);
        }
    }
}
