using System.Runtime.InteropServices;
using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>
/// Finds the bodies of answers in any JSON by their own shape, wherever they lie: below any field, in a list, as a text,
/// packed in Base64, hexadecimal, gzip and their kin, whole or in chunks. Containers only add what a shape cannot say.
/// </summary>
internal sealed class AnswerWalk
{
    /// <summary>Texts in texts; no recorder goes deeper.</summary>
    private const int MostUnpacked = 6;

    private const string NotKept = "A response whose body was not kept.";

    private readonly List<Found> _found = [];
    private long _left = RecordingFile.LargestWhole;

    /// <summary>Everything in a value, in order; at least one thing.</summary>
    public static IReadOnlyList<Found> Of(JsonElement value, Place place)
    {
        var walk = new AnswerWalk();
        walk.Value(value, Surroundings.None, place, 0);
        if (walk._found.Count == 0)
        {
            walk._found.Add(NoAnswer.Of(value, place));
        }

        return walk._found;
    }

    /// <summary>Everything in a text; nothing where it is in no form that holds answers.</summary>
    public static IReadOnlyList<Found> Of(string text)
    {
        var walk = new AnswerWalk();
        walk.Text(text, Surroundings.None, Place.File, 0, "");
        return walk._found;
    }

    /// <summary>Answers between the words of a log, a report of a bug or a page of documentation; nothing where there are none.</summary>
    public static IReadOnlyList<Found> InProse(string text)
    {
        var walk = new AnswerWalk();
        foreach (var (line, one) in JsonSequence.InProse(text))
        {
            if (JsonText.TryParse(one, out var value, out _))
            {
                walk.Value(value, Surroundings.None, Place.File.Part($"line {line}"), 1);
            }
        }

        walk._found.RemoveAll(found => found.Refused is not null);
        return walk._found;
    }

    private void Value(JsonElement value, Surroundings around, Place place, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when AnswerShapes.IsBody(value):
                _found.Add(new Found(value, null, around, place));
                break;
            case JsonValueKind.Array when EmbeddingShapes.IsBareLists(value):
                _found.Add(new Found(value, null, around, place));
                break;
            case JsonValueKind.Object:
                Object(value, around, place, depth);
                break;
            case JsonValueKind.Array:
                Array(value, around, place, depth, "");
                break;
            case JsonValueKind.String when MayHoldMore(value):
                Text(value.Text() ?? "", around, place, depth, "");
                break;
        }
    }

    private void Object(JsonElement value, Surroundings around, Place place, int depth)
    {
        around = around.WithRequestOf(value);
        if (Surroundings.IsResponse(value, place.Step is "response" or "httpResponse" or "Response", out var body))
        {
            Response(value, body, around.WithResponse(value), place, depth);
            return;
        }

        SameAnswer? seen = null;
        var start = _found.Count;
        foreach (var field in value.EnumerateObject())
        {
            var name = field.FieldName();
            if (field.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String) || Surroundings.IsRequest(name))
            {
                continue;
            }

            var before = _found.Count;
            if ((name == "response" && Surroundings.IsNock(value)) || (name == "ResponseBody" && around.IsExchange))
            {
                Body(field.Value, around, place.Field(name), depth, around.ContentEncoding);
            }
            else if (name == "responses" && value.At("requests").IsArray && field.Value.IsArray)
            {
                Pairs(value.At("requests"), field.Value, around, place.Field(name), depth);
            }
            else
            {
                Value(field.Value, around, place.Field(name), depth);
            }

            if (_found.Count > before)
            {
                seen = before > start ? OnlyOnce(seen, start, before) : seen;
            }
        }
    }

    /// <summary>A response as HTTP has them. What lies beside its body is no answer.</summary>
    private void Response(JsonElement response, string name, Surroundings around, Place place, int depth)
    {
        if (name.Length == 0)
        {
            _found.Add(new Found(default, null, around, place, response.At("bodyFileName").Text() is { } file
                ? new Recording.Other(place.ToString(), $"Its body lies in a file of its own, {Short(file)}. Give that file too.")
                : new Recording.Other(place.ToString(), NotKept)));
            return;
        }

        Body(response.At(name), around, place.Field(name), depth, around.ContentEncoding + (name == "base64Body" ? " base64" : ""));
    }

    /// <summary>A body in whatever a recorder wraps around it; where no answer is in it, the body as it is.</summary>
    private void Body(JsonElement body, Surroundings around, Place place, int depth, string encodings)
    {
        if (body.IsObject && Wrapped(body) is { Length: > 0 } name)
        {
            var isBase64 = name is "base64_string" or "encoded" || body.At("encoding").Text() == "base64";
            Body(body.At(name), around, place.Field(name), depth, isBase64 ? encodings + " base64" : encodings);
            return;
        }

        if (!body.IsPresent || (body.Has("mimeType") && !body.Has("text")))
        {
            _found.Add(new Found(default, null, around, place, new Recording.Other(place.ToString(), NotKept)));
            return;
        }

        var before = _found.Count;
        var unpacked = body.ValueKind switch
        {
            JsonValueKind.String => Text(body.Text() ?? "", around, place, depth, encodings),
            JsonValueKind.Array => Array(body, around, place, depth, encodings),
            _ => null,
        };
        if (body.IsObject)
        {
            Value(body, around, place, depth);
        }

        if (_found.Count == before)
        {
            _found.Add(new Found(default, unpacked ?? Surroundings.BodyText(body) ?? "", around, place));
        }
    }

    /// <summary>The field that holds the body in a recorder's wrapping; null where the object is no wrapping.</summary>
    private static string? Wrapped(JsonElement body) =>
        body.EnumerateObject().All(field => field.FieldName() is ['_', ..] or "string" or "base64_string" or "encoding" or "text" or "encoded" or "mimeType" or "size" or "compression" or "comment"
            or "charset" or "decoded" or "type" or "data")
            ? ((string[])["string", "base64_string", "encoded", "text", "data"]).FirstOrDefault(name => body.At(name).ValueKind is JsonValueKind.String or JsonValueKind.Array)
            : null;

    /// <summary>Two lists side by side, as LangChain's cassettes have them.</summary>
    private void Pairs(JsonElement requests, JsonElement responses, Surroundings around, Place place, int depth)
    {
        var index = 0;
        foreach (var response in responses.EnumerateArray())
        {
            var asked = around.WithRequest(requests.Item(index));
            if (Surroundings.IsResponse(response, named: true, out var body))
            {
                Response(response, body, asked.WithResponse(response), place.Item(index), depth);
            }
            else
            {
                Value(response, asked, place.Item(index), depth);
            }

            index++;
        }
    }

    /// <summary>A list of values, or of the chunks of one text.</summary>
    /// <returns>The text that the chunks make, where it was packed and holds no answer.</returns>
    private string? Array(JsonElement array, Surroundings around, Place place, int depth, string encodings)
    {
        if (Bytes(array) is { } bytes && PackedText.Unpack(bytes, encodings, "", out _) is { } buffer)
        {
            return Unpacked(buffer with { How = buffer.How.Length > 0 ? $"bytes, {buffer.How}" : "bytes" }, around, place, depth, encodings);
        }

        if (Chunks(array, encodings) is { } chunks)
        {
            var before = _found.Count;
            var text = Chunked(chunks, around, place, depth, encodings);
            if (text is not null || _found.Count > before)
            {
                return text;
            }
        }

        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String)
            {
                Value(item, around, place.Item(index), depth);
            }

            index++;
        }

        return null;
    }

    /// <summary>The texts of a list that may be one text in parts; null where each is one of its own.</summary>
    private static List<string>? Chunks(JsonElement array, string encodings)
    {
        var first = array.Item(0);
        return first.ValueKind == JsonValueKind.String
            && (encodings.Contains("base64", StringComparison.OrdinalIgnoreCase) || MayHoldMore(first))
            && array.Items().All(item => item.ValueKind == JsonValueKind.String)
            && !(first.Text() is ['{' or '[', ..] text && JsonText.TryParse(text, out _, out _))
            ? [.. array.Items().Select(item => item.Text()!)]
            : null;
    }

    /// <summary>The bytes of a list of numbers that begins as a body or something compressed does, as Node prints its buffers; null for any other.</summary>
    private static byte[]? Bytes(JsonElement array)
    {
        const int Fewest = 16;
        return array.GetArrayLength() >= Fewest && array.Item(0).WholeNumber() is '{' or '[' or 'd' or 0x1F && array.Items().All(item => item.WholeNumber() is >= 0 and <= 255)
            ? [.. array.Items().Select(item => (byte)item.WholeNumber()!)]
            : null;
    }

    private string? Chunked(List<string> chunks, Surroundings around, Place place, int depth, string encodings)
    {
        if (PackedText.Unpack(chunks, encodings, out var problem) is { } unpacked)
        {
            return Unpacked(unpacked, around, place, depth, encodings);
        }

        if (problem is not null)
        {
            Refuse(place, problem);
            return null;
        }

        return Text(string.Concat(chunks), around, place, depth, encodings);
    }

    /// <summary>A text in any of the forms that answers are kept in.</summary>
    /// <returns>What it unpacks to, where it was packed and holds no answer.</returns>
    private string? Text(string text, Surroundings around, Place place, int depth, string encodings)
    {
        var start = text.AsSpan().TrimStart("\u001e\uFEFF \t\r\n"); // a record separator, a byte order mark
        if (depth >= MostUnpacked || start.IsEmpty)
        {
            return null;
        }

        if ((_left -= text.Length) < 0)
        {
            Refuse(place, $"With all that is packed in it, it is longer than {RecordingFile.LargestWhole >> 20} MiB, which is not held in memory.");
            return null;
        }

        if (start[0] is '{' or '[')
        {
            Json(text, around, place, depth);
        }
        else if (BodyEvents.IsServerSentEvents(start))
        {
            if (BodyEvents.Read(text).Values is { Count: > 0 } events && (events.Any(AnswerShapes.IsBody) || NoAnswer.Reads(text)))
            {
                _found.Add(new Found(default, text, around, place));
            }
        }
        else if (HttpText.Recognises(start))
        {
            var number = 1;
            foreach (var (heard, body) in HttpText.Read(text[^start.Length..]))
            {
                var inner = place.Part($"response {number++}");
                var before = _found.Count;
                var unpacked = Text(body, heard, inner, depth + 1, heard.ContentEncoding);
                if (_found.Count == before)
                {
                    _found.Add(new Found(default, unpacked ?? body, heard, inner));
                }
            }
        }
        else if (PackedText.Unpack([text.Trim()], encodings, out var problem) is { } unpacked)
        {
            return Unpacked(unpacked, around, place, depth, encodings);
        }
        else if (problem is not null)
        {
            Refuse(place, problem);
        }

        return null;
    }

    private string? Unpacked((string Text, string How) unpacked, Surroundings around, Place place, int depth, string encodings)
    {
        var before = _found.Count;
        // What was in the Base64 may be compressed, or chunks of Base64 again; what the header said has been undone.
        var inner = Text(unpacked.Text, around, place.Part(unpacked.How), depth + 1, "");
        return _found.Count > before ? null : inner ?? unpacked.Text;
    }

    private void Json(string text, Surroundings around, Place place, int depth)
    {
        if (JsonText.TryParse(text, out var whole, out _))
        {
            Value(whole, around, place, depth + 1);
            return;
        }

        var number = 0;
        foreach (var (line, one) in JsonSequence.Split(text))
        {
            number++;
            var inner = place.Part($"value {number}");
            if (JsonText.TryParse(one, out var value, out var problem))
            {
                var before = _found.Count;
                Value(value, around, inner, depth + 1);
                if (_found.Count == before && place == Place.File)
                {
                    _found.Add(NoAnswer.Of(value, inner));
                }
            }
            else if (place == Place.File)
            {
                Refuse(inner, $"What begins in line {line} is not JSON: {problem}");
            }
        }
    }

    /// <summary>Leaves out what the fields before hold already; of the two, the one as sent stays.</summary>
    private SameAnswer OnlyOnce(SameAnswer? seen, int start, int before)
    {
        if (seen is null)
        {
            seen = new SameAnswer();
            for (var i = start; i < before; i++)
            {
                if (_found[i].Refused is null)
                {
                    seen.Add(_found[i], i);
                }
            }
        }

        var added = _found[before..];
        _found.RemoveRange(before, added.Count);
        var known = _found.Count;
        foreach (var found in added)
        {
            if (found.Refused is null && seen.Find(found) is { } index)
            {
                _found[index] = AsSent(_found[index], found);
            }
            else
            {
                _found.Add(found);
            }
        }

        for (var i = known; i < _found.Count; i++)
        {
            if (_found[i].Refused is null)
            {
                seen.Add(_found[i], i);
            }
        }

        return seen;
    }

    // What a dialect reads; of two that are read, the one of more fields: a recorder's own form leaves some out.
    private static Found AsSent(Found one, Found other)
    {
        static int Fields(Found found) => found.Value.IsObject ? found.Value.EnumerateObject().Count() : 0;
        return (NoAnswer.Reads(one), NoAnswer.Reads(other)) switch
        {
            (true, true) => Fields(other) > Fields(one) ? other : one,
            (_, var reads) => reads ? other : one,
        };
    }

    private void Refuse(Place place, string what) => _found.Add(new Found(default, null, Surroundings.None, place, new Recording.Unreadable(place.ToString(), what)));

    /// <summary>Whether a string may be more than words, told from its first characters without copying it.</summary>
    private static bool MayHoldMore(JsonElement text)
    {
        const int Shortest = 18;
        var raw = JsonMarshal.GetRawUtf8Value(text);
        if (raw.Length < Shortest)
        {
            return false;
        }

        // A text of JSON escapes its own quotation marks, and a compressed one its control characters.
        var start = raw[1..Shortest];
        return start[0] is (byte)'{' or (byte)'[' or (byte)'\\'
            || start.StartsWith("data:"u8) || start.StartsWith("event:"u8) || start.StartsWith("HTTP/"u8) || start.StartsWith(":"u8)
            || start.IndexOfAnyExcept(Packed) < 0;
    }

    private static readonly System.Buffers.SearchValues<byte> Packed = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="u8);

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
