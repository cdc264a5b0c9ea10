namespace Hspi.Dialects;

/// <summary>Answers of services and servers that hspi reads and does not ask: one row each. To add one: a row, and a body of it in the tests.</summary>
public static class ScoredForms
{
    /// <summary>In the order in which they are asked whether they recognise a body.</summary>
    public static IReadOnlyList<ScoredForm> All { get; } =
    [
        new("watsonx", "IBM watsonx.ai SDK: TextGenResponse, TextGenTokenInfo", ["results", "generated_text", "generated_token_count|input_token_count"])
        {
            Choices = "results",
            Text = ["generated_text"],
            Scores = ["generated_tokens"],
            PromptScores = "results.input_tokens",
            Reason = ["stop_reason"],
            Model = ["model_id"],
            Counts = ("results.input_token_count", "results.generated_token_count"),
        },
        new("cohere-chat", "docs.cohere.com, Chat v2, whole and streamed", ["token_ids|billed_units", "message", "logprobs|billed_units"])
        {
            Never = ["choices", "outputs", "generation_id"],
            Text = ["message.content.text", "delta.message.content.text"],
            Scores = ["logprobs"],
            Reason = ["finish_reason", "delta.finish_reason"],
            Counts = ("usage.tokens.input_tokens", "usage.tokens.output_tokens"),
        },
        new("cohere-chat-v1", "docs.cohere.com, Chat v1, whole and streamed: it has no scores", ["generation_id", "text", "chat_history|event_type|billed_units"])
        {
            Never = ["choices", "generations"],
            Text = ["text"],
            Reason = ["finish_reason"],
            Counts = ("meta.billed_units.input_tokens", "meta.billed_units.output_tokens"),
        },
        new("cohere-generate", "docs.cohere.com, Generate v1; Amazon Bedrock, Cohere Command", ["generations", "text", "token_likelihoods|api_version|likelihood"])
        {
            Never = ["choices"],
            Choices = "generations",
            Text = ["text"],
            Scores = ["token_likelihoods"],
            Reason = ["finish_reason"],
            Counts = ("meta.billed_units.input_tokens", "meta.billed_units.output_tokens"),
        },
        new("ai21-complete", "docs.ai21.com, J2 complete; Amazon Bedrock, Jurassic-2", ["completions", "generatedToken"])
        {
            Choices = "completions",
            Text = ["data.text"],
            Scores = ["data.tokens"],
            PromptScores = "prompt.tokens",
            Reason = ["finishReason.reason"],
        },
        new("aleph-alpha-complete", "aleph-alpha-client, CompletionResult; stanford-crfm/helm, its client", ["completions", "completion", "model_version|completion_tokens"])
        {
            Never = ["choices"],
            Choices = "completions",
            Text = ["completion"],
            Scores = ["log_probs"],
            Maps = MapKeys.Texts,
            Taken = "completion_tokens",
            Reason = ["finish_reason"],
            Model = ["model_version", "model"],
            Counts = ("num_tokens_prompt_total", "num_tokens_generated"),
        },
        new("bedrock-invoke", "Amazon Bedrock user guide: Llama models, and custom model import", ["generation", "generation_token_count"])
        {
            Never = ["choices"],
            Text = ["generation"],
            Scores = ["logprobs"],
            Maps = MapKeys.Ids,
            PromptScores = "prompt_logprobs",
            Reason = ["stop_reason"],
            Counts = ("prompt_token_count", "generation_token_count"),
        },
        new("triton-generate", "triton-inference-server: generate extension, TensorRT-LLM backend", ["text_output", "model_name"])
        {
            Never = ["logprobs", "outputs"],
            Text = ["text_output"],
            Scores = ["output_log_probs"],
            Model = ["model_name"],
        },
        new("triton-vllm", "triton-inference-server/vllm_backend, docs/additional_outputs", ["text_output", "model_name", "logprobs"])
        {
            Never = ["outputs"],
            Text = ["text_output"],
            Scores = ["logprobs"],
            Maps = MapKeys.Ids,
            Reason = ["finish_reason"],
            Model = ["model_name"],
            Counts = ("num_input_tokens", "num_output_tokens"),
        },
        new("triton-infer", "KServe predict protocol v2, as the TensorRT-LLM backend of Triton fills it", ["outputs", "datatype", "output_log_probs|text_output"])
        {
            Text = ["outputs[name=text_output].data"],
            Scores = ["outputs[name=output_log_probs].data"],
            Model = ["model_name"],
        },
        new("vllm-output", "vllm/outputs.py, RequestOutput and CompletionOutput, written down as JSON", ["outputs", "token_ids", "cumulative_logprob|logprobs"])
        {
            Never = ["choices", "generated_text"],
            Choices = "outputs",
            Text = ["text"],
            Scores = ["logprobs"],
            Maps = MapKeys.Ids,
            Taken = "token_ids",
            PromptScores = "prompt_logprobs",
            Reason = ["finish_reason"],
        },
        new("vllm-completion", "vllm/outputs.py, CompletionOutput alone, written down as JSON", ["cumulative_logprob", "token_ids", "text"])
        {
            Never = ["choices", "outputs", "generated_text"],
            Text = ["text"],
            Scores = ["logprobs"],
            Maps = MapKeys.Ids,
            Taken = "token_ids",
            Reason = ["finish_reason"],
        },
        new("vllm-generate", "vllm, entrypoints/serve/disagg/protocol.py: /inference/v1/generate", ["request_id", "choices", "token_ids"])
        {
            Never = ["object", "message", "delta", "text"],
            Choices = "choices",
            Scores = ["logprobs"],
            PromptScores = "prompt_logprobs",
            PromptMaps = MapKeys.Ids,
            Reason = ["finish_reason"],
        },
        new("dashscope", "Alibaba's dashscope-sdk-java, GenerationOutput and GenerationLogprobs", ["request_id", "output", "choices", "message"])
        {
            Never = ["object"],
            Choices = "output.choices",
            Text = ["message.content"],
            Scores = ["logprobs"],
            Reason = ["finish_reason"],
            Counts = ("usage.input_tokens", "usage.output_tokens"),
        },
        new("koboldcpp", "koboldcpp.py: /api/v1/generate, parse_last_logprobs", ["results", "text", "logprobs|finish_reason"])
        {
            Never = ["choices", "generated_text", "outputText"],
            Choices = "results",
            Text = ["text"],
            Scores = ["logprobs"],
            Reason = ["finish_reason"],
            Counts = ("results.prompt_tokens", "results.completion_tokens"),
        },
    ];
}
