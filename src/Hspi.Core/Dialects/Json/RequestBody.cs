using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hspi.Dialects.Json;

/// <summary>Writes the JSON body of a request.</summary>
internal static class RequestBody
{
    // The body is sent as application/json, never placed in a page: text stays readable in evidence files.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object; <paramref name="write"/> adds its fields.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
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

    /// <summary>A POST of <paramref name="write"/>'s object to <paramref name="path"/>.</summary>
    public static Exchanges.ExchangeRequest Post(string path, Action<Utf8JsonWriter> write) =>
        new("POST", path, [new("Content-Type", "application/json")], Write(write));
}
