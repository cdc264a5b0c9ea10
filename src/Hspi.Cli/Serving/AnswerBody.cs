using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hspi.Cli.Serving;

/// <summary>Writes answers of one route, whole or in pieces.</summary>
/// <param name="isChat">Chat's form, or that of raw completions.</param>
/// <param name="id">Id of this answer.</param>
/// <param name="created">Seconds since 1970.</param>
/// <param name="settings">Names and decimals.</param>
/// <param name="request">What was asked.</param>
internal sealed class AnswerBody(bool isChat, string id, long created, ServerSettings settings, GenerationRequest request)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly int[] _offsets = new int[request.Prompts.Count];

    /// <summary>The whole answer.</summary>
    /// <param name="pieces">All pieces of all choices, in order.</param>
    /// <param name="promptTokens">Tokens of all prompts.</param>
    /// <param name="newTokens">Tokens that were generated.</param>
    public byte[] Whole(IReadOnlyList<Piece> pieces, int promptTokens, int newTokens) => Json(isChat ? "chat.completion" : "text_completion", writer =>
    {
        writer.WriteStartArray("choices");
        foreach (var choice in pieces.GroupBy(piece => piece.Choice))
        {
            WriteChoice(writer, new Piece(
                choice.Key,
                string.Concat(choice.Select(piece => piece.Text)),
                [.. choice.SelectMany(piece => piece.Tokens)],
                choice.Last().Finish), chunk: false);
        }

        writer.WriteEndArray();
        WriteUsage(writer, promptTokens, newTokens);
    });

    /// <summary>One event of a stream.</summary>
    public byte[] Chunk(Piece piece) => Event(Json(isChat ? "chat.completion.chunk" : "text_completion", writer =>
    {
        writer.WriteStartArray("choices");
        WriteChoice(writer, piece, chunk: true);
        writer.WriteEndArray();
    }));

    /// <summary>The event that counts tokens, where it was asked for.</summary>
    public byte[] UsageChunk(int promptTokens, int newTokens) => Event(Json(isChat ? "chat.completion.chunk" : "text_completion", writer =>
    {
        writer.WriteStartArray("choices");
        writer.WriteEndArray();
        WriteUsage(writer, promptTokens, newTokens);
    }));

    /// <summary>Frames JSON as a server-sent event.</summary>
    public static byte[] Event(ReadOnlySpan<byte> json) => [.. "data: "u8, .. json, .. "\n\n"u8];

    /// <summary>The event that ends every stream.</summary>
    public static byte[] Done { get; } = Encoding.UTF8.GetBytes("data: [DONE]\n\n");

    private void WriteChoice(Utf8JsonWriter writer, Piece piece, bool chunk)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", piece.Choice);
        if (isChat)
        {
            writer.WriteStartObject(chunk ? "delta" : "message");
            writer.WriteString("role", "assistant");
            writer.WriteString("content", piece.Text);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("text", piece.Text);
        }

        WriteLogprobs(writer, piece);
        writer.WriteString("finish_reason", piece.Finish);
        writer.WriteEndObject();
    }

    private void WriteLogprobs(Utf8JsonWriter writer, Piece piece)
    {
        if (request.Alternatives is null)
        {
            writer.WriteNull("logprobs");
            return;
        }

        writer.WriteStartObject("logprobs");
        if (isChat)
        {
            LogprobJson.WriteContent(writer, piece.Tokens, settings.Decimals);
        }
        else
        {
            LogprobJson.WriteArrays(writer, piece.Tokens, settings.Decimals, ref _offsets[piece.Choice]);
        }

        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, int promptTokens, int newTokens)
    {
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", promptTokens);
        writer.WriteNumber("completion_tokens", newTokens);
        writer.WriteNumber("total_tokens", promptTokens + newTokens);
        writer.WriteEndObject();
    }

    private byte[] Json(string kind, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("object", kind);
            writer.WriteNumber("created", created);
            writer.WriteString("model", settings.ModelName);
            writer.WriteString("system_fingerprint", settings.Fingerprint);
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
