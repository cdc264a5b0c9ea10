using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>Tells the body of an answer from other JSON by its own fields, whatever lies around it.</summary>
/// <remarks>Wider than the dialects: also what none of them reads is found, so that its refusal has a reason.</remarks>
internal static class AnswerShapes
{
    /// <summary>Whether the value is a body, or one event of a stream; what it lies in never is because of it.</summary>
    public static bool IsBody(JsonElement value) => value.IsObject
        && (HasChoices(value) || HasCandidates(value) || IsOpenAi(value) || IsLocal(value) || IsHosted(value) || HasVectors(value) || OtherInterface.Of(value) is not null);

    // Their fields alone: whether they hold numbers is the dialect's to say.
    private static bool HasVectors(JsonElement value) =>
        value.At("data").Item(0).Has("embedding") || value.At("embedding").IsPresent || value.At("embeddings").IsPresent || value.At("embeddingsByType").IsObject
        || value.At("predictions").Item(0).At("embeddings").IsObject;

    private static bool HasChoices(JsonElement value)
    {
        var choices = value.At("choices");
        var first = choices.Item(0);
        return choices.IsArray && (choices.GetArrayLength() == 0
            ? value.Has("object") || value.Has("usage")
            : first.At("message").IsObject || first.At("delta").IsObject || first.Has("text") || first.Has("logprobs") || first.Has("finish_reason"));
    }

    private static bool HasCandidates(JsonElement value)
    {
        var first = value.At("candidates").Item(0);
        return first.Has("content") || first.Has("finishReason") || first.Has("finish_reason") || first.Has("logprobsResult") || first.Has("logprobs_result")
            || value.At("usageMetadata").IsObject;
    }

    private static bool IsOpenAi(JsonElement value) =>
        (value.At("object").Text() == "response" && value.Has("output"))
        || (value.At("type").Text()?.StartsWith("response.", StringComparison.Ordinal) == true && value.EnumerateObject().Skip(1).Any());

    private static bool IsLocal(JsonElement value) =>
        value.Has("generated_text")
        || (value.At("meta_info").IsObject && (value.Has("text") || value.Has("output_ids")))
        || (value.At("done").ValueKind is JsonValueKind.True or JsonValueKind.False && (value.Has("response") || value.Has("message") || value.Has("created_at")))
        || value.Has("tokens_evaluated") || value.Has("completion_probabilities") || value.Has("default_generation_settings")
        || value.Has("text_output")
        || (value.At("outputs").Item(0).At("text").IsPresent && (value.Has("prompt_token_ids") || value.At("outputs").Item(0).Has("stop_reason") || value.At("outputs").Item(0).Has("finish_reason")));

    private static bool IsHosted(JsonElement value)
    {
        var (result, generation, completion) = (value.At("results").Item(0), value.At("generations").Item(0), value.At("completions").Item(0));
        return result.Has("generated_text") || result.Has("outputText") || (result.Has("text") && result.Has("finish_reason"))
            || (generation.Has("text") && (generation.Has("likelihood") || generation.Has("token_likelihoods") || generation.Has("finish_reason")))
            || (value.At("generation_id").IsPresent && value.Has("text") && (value.Has("finish_reason") || value.Has("meta")))
            || (value.At("message").At("content").IsArray && value.Has("finish_reason"))
            || completion.At("data").IsObject || (completion.Has("completion") && value.Has("model_version"))
            || (value.At("generation").Text() is not null && value.Has("stop_reason"));
    }
}
