using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>Tells pieces of a stream from whole responses, where a recorder kept only the JSON of the events.</summary>
internal static class StreamPieces
{
    /// <summary>Whether <paramref name="value"/> is one piece; <paramref name="before"/> is the piece before it, or undefined.</summary>
    public static bool IsPiece(JsonElement value, JsonElement before)
    {
        var type = value.At("object").Text();
        if (type == "chat.completion.chunk" || value.At("choices").Item(0).At("delta").IsObject || value.At("type").Text()?.StartsWith("response.", StringComparison.Ordinal) == true)
        {
            return true;
        }

        if (value.At("token").IsObject && value.Has("generated_text"))
        {
            return true; // TGI
        }

        if (value.At("done").ValueKind is JsonValueKind.True or JsonValueKind.False && value.Has("created_at"))
        {
            return true; // Ollama
        }

        if (value.At("candidates").IsArray)
        {
            return IsOpenCandidate(value) || IsOpenCandidate(before); // Gemini: only the last piece has a finish reason
        }

        // Pieces of a legacy completion have the name of the whole; only their finish reason is still open.
        return type == "text_completion" && (IsOpen(value) || (before.At("object").Text() == type && IsOpen(before)) || SameStream(value, before));
    }

    /// <summary>Whether a new stream begins with <paramref name="value"/>.</summary>
    public static bool Begins(JsonElement value, JsonElement before) =>
        before.At("done").ValueKind == JsonValueKind.True
        || value.At("type").Text() == "response.created"
        || (before.At("token").IsObject && before.At("generated_text").Text() is not null)
        || (before.At("candidates").IsArray && !IsOpenCandidate(before))
        || value.At("id").Text() != before.At("id").Text()
        || value.At("model").Text() != before.At("model").Text();

    private static bool SameStream(JsonElement value, JsonElement before) =>
        before.At("object").Text() == "text_completion"
        && value.At("id").Text() == before.At("id").Text()
        && value.At("choices").Item(0).At("index").WholeNumber() != before.At("choices").Item(0).At("index").WholeNumber();

    private static bool IsOpenCandidate(JsonElement value) =>
        value.At("candidates").IsArray && !value.At("candidates").Item(0).Has("finishReason") && !value.At("candidates").Item(0).Has("finish_reason");

    private static bool IsOpen(JsonElement value)
    {
        var choice = value.At("choices").Item(0);
        return choice.IsObject && choice.Has("finish_reason") && string.IsNullOrEmpty(choice.At("finish_reason").Text());
    }
}
