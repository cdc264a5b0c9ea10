using System.Text.Json;

namespace Hspi.Cli.Serving;

/// <summary>Reads the fields of a request body; what is absent or null takes its default, what is wrong is said by name.</summary>
internal readonly struct RequestFields(JsonElement body)
{
    /// <summary>The body of a request.</summary>
    /// <exception cref="RequestError">It is not one JSON object.</exception>
    public static RequestFields Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new RequestFields(document.RootElement.Clone())
                : throw new RequestError(400, "The body must be one JSON object.");
        }
        catch (JsonException wrong)
        {
            throw new RequestError(400, $"The body is not JSON: {wrong.Message}");
        }
    }

    public JsonElement? Get(string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public int Integer(string name, int least, int most, int absent) => Get(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= least && number <= most => number,
        _ => throw RequestError.Field(name, $"a whole number from {least} to {most}"),
    };

    public double Number(string name, double least, double most, double absent) => Get(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && number >= least && number <= most => number,
        _ => throw RequestError.Field(name, $"a number from {least} to {most}"),
    };

    public bool Flag(string name) => Get(name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw RequestError.Field(name, "true or false"),
    };

    /// <summary>A text, or an array of at most <paramref name="most"/> texts.</summary>
    public IReadOnlyList<string> Texts(string name, int most) => Get(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } value => [value.GetString()!],
        { ValueKind: JsonValueKind.Array } value when value.GetArrayLength() <= most
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. value.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw RequestError.Field(name, $"a text or at most {most} texts"),
    };

    /// <summary>Refuses a field that would change the answer and that we do not have, instead of leaving it out silently.</summary>
    public void Refuse(string name, Func<JsonElement, bool> harmless)
    {
        if (Get(name) is { } value && !harmless(value))
        {
            throw new RequestError(400, $"'{name}' is not supported by this server.", name, "unsupported_parameter");
        }
    }
}
