using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hspi.Cli.Serving;

/// <summary>A request that cannot be served, said in the form in which OpenAI says it.</summary>
internal sealed class RequestError(int status, string message, string? parameter = null, string? code = null) : Exception(message)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The body: <c>{"error":{"message","type","param","code"}}</c>.</summary>
    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            error = new
            {
                message = Message,
                type = Status >= 500 ? "server_error" : "invalid_request_error",
                param = parameter,
                code,
            },
        },
        Readable);

    /// <summary>A field of the request is not what it must be.</summary>
    public static RequestError Field(string name, string mustBe) => new(400, $"'{name}' must be {mustBe}.", name);
}
