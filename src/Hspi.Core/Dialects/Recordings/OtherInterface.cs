using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>Knows interfaces whose answers never hold scores of tokens, so that they are refused by name.</summary>
internal static class OtherInterface
{
    /// <summary>What the value is, in words that begin a sentence; null where it is none of them.</summary>
    public static string? Of(JsonElement value)
    {
        var type = value.At("type").Text();
        if ((type == "message" && value.At("role").Text() == "assistant" && value.At("content").IsArray)
            || (type is "message_start" or "content_block_start" or "content_block_delta" or "content_block_stop" or "message_delta" or "message_stop")
            || (value.At("completion").Text() is not null && value.Has("stop_reason")))
        {
            return "An answer of Anthropic's Messages";
        }

        if (value.At("output").At("message").IsObject && value.Has("stopReason"))
        {
            return "An answer of Amazon Bedrock's Converse";
        }

        if (value.Has("inputTextTokenCount"))
        {
            return "An answer of Titan's text";
        }

        if (value.At("outputs").Item(0) is { ValueKind: JsonValueKind.Object } output && output.At("text").Text() is not null && output.Has("stop_reason"))
        {
            return "An answer of Bedrock's text of Mistral";
        }

        var datum = value.At("data").Item(0);
        return datum.Has("b64_json") || (datum.Has("url") && datum.Has("revised_prompt")) ? "Pictures"
            : value.At("text").Text() is not null && value.At("segments").IsArray && value.Has("duration") ? "A transcription of speech"
            : value.At("results").Item(0).At("category_scores").IsObject ? "A moderation"
            : null;
    }
}
