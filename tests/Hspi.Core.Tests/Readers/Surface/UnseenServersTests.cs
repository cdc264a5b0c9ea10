using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Surface;

/// <summary>Forms that servers document or are known to imitate, and that no recording of ours holds.</summary>
public sealed class UnseenServersTests
{
    private static readonly SurfaceReader Reader = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    [Theory]
    [InlineData("sglang", """{"id":"0123456789abcdef0123456789abcdef","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"logprobs":null,"finish_reason":"stop","matched_stop":2}],"usage":{},"metadata":{"weight_version":"default"}}""")]
    [InlineData("azure-openai", """{"choices":[{"content_filter_results":{},"finish_reason":"stop","index":0,"message":{"content":"x","role":"assistant"}}],"created":1,"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","model":"gpt-4o-2024-08-06","object":"chat.completion","prompt_filter_results":[],"system_fingerprint":"fp_0123456789"}""")]
    [InlineData("openrouter", """{"id":"gen-1763000000-AbCdEfGhIjKlMnOpQrSt","provider":"Nebius","model":"m","object":"chat.completion","created":1,"choices":[{"logprobs":null,"finish_reason":"stop","native_finish_reason":"stop","index":0,"message":{"role":"assistant","content":"x"}}]}""")]
    [InlineData("gemini", """{"candidates":[{"content":{"parts":[{"text":"x"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1},"modelVersion":"gemini-2.5-flash","responseId":"x"}""")]
    [InlineData("openai", """{"id":"resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b","object":"response","created_at":1741476542,"status":"completed","output":[{"type":"message","id":"msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b","content":[]}]}""")]
    [InlineData("groq", """{"id":"0a0a","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"x_groq":{"id":"req_0"}}""")]
    [InlineData("xai", """{"id":"0a0a","object":"chat.completion","created":1,"model":"grok","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"num_sources_used":0}}""")]
    [InlineData("cerebras", """{"id":"chatcmpl-0","choices":[{"finish_reason":"stop","index":0,"message":{"content":"x","role":"assistant"}}],"created":1,"model":"m","system_fingerprint":"fp_0123456789abcdef0123","object":"chat.completion","usage":{},"time_info":{"queue_time":0.1}}""")]
    [InlineData("perplexity", """{"id":"0","model":"sonar","created":1,"object":"chat.completion","usage":{"prompt_tokens":1,"completion_tokens":1,"search_context_size":"low"},"citations":[],"search_results":[],"choices":[{"index":0,"message":{"role":"assistant","content":"x"}}]}""")]
    [InlineData("cohere", """{"id":"0","message":{"role":"assistant","content":[{"type":"text","text":"x"}]},"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":1},"tokens":{"input_tokens":9}}}""")]
    [InlineData("watsonx", """{"model_id":"ibm/granite","created_at":"2026-05-01T10:00:00.000Z","results":[{"generated_text":"x","generated_token_count":1,"input_token_count":2,"stop_reason":"max_tokens"}]}""")]
    [InlineData("tensorrt-llm", """{"id":"chatcmpl-0123456789abcdef0123456789abcdef","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"logprobs":null,"finish_reason":"stop","stop_reason":null,"mm_embedding_handle":null,"disaggregated_params":null}],"usage":{},"prompt_token_ids":null}""")]
    [InlineData("triton", """{"cum_log_probs":-0.25,"model_name":"ensemble","model_version":"1","output_log_probs":-0.25,"text_output":"a"}""")]
    [InlineData("djl", """{"generated_text":"x","details":{"finish_reason":"length","generated_tokens":1,"inputs":"p","tokens":[{"id":1,"text":"x","log_prob":-0.25}]}}""")]
    [InlineData("sglang", """{"text":"x","meta_info":{"prompt_tokens":2,"completion_tokens":1,"completion_tokens_wo_jump_forward":1,"finish_reason":"length","id":"0f"}}""")]
    [InlineData("sglang", """{"text":"x","meta_info":{"id":"0f","finish_reason":{"type":"length"},"prompt_tokens":2,"completion_tokens":1,"cached_tokens":0}}""")]
    [InlineData("ollama", """{"model":"m","created_at":"2026-05-24T21:01:59.481632Z","response":"x","done":true,"done_reason":"stop","total_duration":2685412125,"load_duration":3494667,"eval_count":7,"eval_duration":2530305000}""")]
    [InlineData("llama.cpp", """{"content":"x","id_slot":0,"stop":true,"model":"m","tokens_predicted":1,"tokens_evaluated":2,"generation_settings":{"n_ctx":1024},"prompt":"p","truncated":false,"stopped_eos":false,"stopped_word":false,"stopped_limit":true,"stopping_word":"","tokens_cached":3,"timings":{"prompt_n":2,"predicted_n":1}}""")]
    [InlineData("koboldcpp", """{"id":"chatcmpl-A1","object":"chat.completion","created":1,"model":"koboldcpp/some-model","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"length","logprobs":null}]}""")]
    [InlineData("llama.cpp", """{"choices":[{"finish_reason":"length","index":0,"message":{"role":"assistant","content":"x"}}],"created":1,"model":"m","object":"chat.completion","usage":{},"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012345","timings":{"prompt_n":1,"prompt_ms":1.0,"prompt_per_token_ms":1.0,"prompt_per_second":1.0,"predicted_n":1,"predicted_ms":1.0,"predicted_per_token_ms":1.0,"predicted_per_second":1.0}}""")]
    [InlineData("llama.cpp", """{"content":"x","id_slot":0,"stop":true,"tokens_predicted":1,"tokens_evaluated":2,"stop_type":"limit","timings":{"prompt_n":1,"predicted_n":1,"predicted_per_second":1.0}}""")]
    [InlineData("lmdeploy", """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x","gen_tokens":null,"reasoning_content":null,"tool_calls":null},"logprobs":null,"finish_reason":"stop"}],"usage":{}}""")]
    [InlineData("koboldcpp", """{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"koboldcpp"}]}""")]
    [InlineData("vllm", """{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"vllm","root":"m","parent":null,"max_model_len":4096,"permission":[]}]}""")]
    [InlineData("aphrodite", """{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"aphrodite","root":"m","parent":null,"max_model_len":4096,"permission":[]}]}""")]
    public void A_documented_form_is_named(string engine, string body) => Assert.Equal(engine, Reader.Read([Dialects.Recorded.Body(body)]).Engine);

    [Theory]
    [InlineData("a filter of Azure's before somebody else's model", """{"id":"0123456789abcdef","object":"chat.completion","model":"Llama-3.3-70B","choices":[{"index":0,"content_filter_results":{},"message":{"role":"assistant","content":"x"}}]}""")]
    [InlineData("Azure's Responses, whose ids are OpenAI's", """{"id":"resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b","object":"response","content_filters":[],"output":[{"type":"message","id":"msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b"}]}""")]
    [InlineData("KoboldCpp in Ollama's clothes", """{"model":"m","created_at":"2026-01-01T00:00:00.123456Z","response":"x","done":true,"done_reason":"stop","context":[1,2,3],"total_duration":1,"load_duration":1,"prompt_eval_count":5,"prompt_eval_duration":1,"eval_count":5,"eval_duration":1}""")]
    [InlineData("LoRAX, a fork of TGI", """{"generated_text":"x","details":{"finish_reason":"length","prompt_tokens":5,"generated_tokens":1,"skipped":0,"seed":null,"prefill":[],"tokens":[{"id":1,"text":"x","logprob":-0.5,"special":false}]}}""")]
    [InlineData("a gateway with ids of its own", """{"id":"chatcmpl-3f2b8c1e-0a4d-4f6e-9b7a-1c2d3e4f5a6b","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{}}""")]
    [InlineData("an imitation of one of OpenAI's marks", """{"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}""")]
    public void An_imitation_stays_unknown(string why, string body) => Assert.True(Reader.Read([Dialects.Recorded.Body(body)]).Engine == SurfaceReader.Unknown, why);

    private const string VllmOrAphrodite = """{"id":"chatcmpl-0123456789abcdef0123456789abcdef","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"logprobs":null,"finish_reason":"stop","stop_reason":null}],"usage":{},"prompt_logprobs":null,"kv_transfer_params":null}""";

    [Theory]
    [InlineData(VllmOrAphrodite)]
    [InlineData("""{"id":"chat-0123456789abcdef0123456789abcdef","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x","tool_calls":[]},"logprobs":null,"finish_reason":"length","stop_reason":null}],"usage":{}}""")]
    [InlineData("""{"id":"cmpl-0123456789abcdef0123456789abcdef","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"x","logprobs":null,"finish_reason":"length","stop_reason":null,"prompt_logprobs":null}],"usage":{}}""")]
    public void What_vllm_and_its_fork_both_print_names_neither_alone(string body)
    {
        var finding = Reader.Read([Dialects.Recorded.Body(body)]);

        Assert.Equal(SurfaceReader.Unknown, finding.Engine);
        Assert.StartsWith("vllm or a fork of it (aphrodite)", finding.Resembles, StringComparison.Ordinal);
        Assert.Contains("owner", finding.Reading.WouldChange, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vllm")]
    [InlineData("aphrodite")]
    public void The_list_of_models_says_which_of_the_two_it_is(string owner)
    {
        var models = Dialects.Recorded.Body($$"""{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"{{owner}}","root":"m","parent":null,"max_model_len":4096}]}""");

        Assert.Equal(owner, Reader.Read([Dialects.Recorded.Body(VllmOrAphrodite), models]).Engine);
    }

    [Theory]
    [InlineData("api.mistral.ai", "mistral")]
    [InlineData("api.x.ai", "xai")]
    [InlineData("us-east-1.api.x.ai", "xai")]
    [InlineData("api.perplexity.ai", "perplexity")]
    [InlineData("api.cohere.com", "cohere")]
    [InlineData("my-resource.services.ai.azure.com", "azure-ai-foundry")]
    [InlineData("models.inference.ai.azure.com", "azure-ai-foundry")]
    [InlineData("my-resource.openai.azure.com", "azure-openai")]
    [InlineData("us-central1-aiplatform.googleapis.com", "vertex")]
    [InlineData("aiplatform.googleapis.com", "vertex")]
    [InlineData("generativelanguage.googleapis.com", "gemini")]
    [InlineData("api.cerebras.ai", "cerebras")]
    [InlineData("integrate.api.nvidia.com", "nvidia")]
    [InlineData("api.deepinfra.com", "deepinfra")]
    [InlineData("api.groq.com", "groq")]
    [InlineData("example.com", SurfaceReader.Unknown)]
    [InlineData("api.mistral.ai.example.com", SurfaceReader.Unknown)]
    public void The_address_names_the_service_even_where_another_engine_shows_through(string host, string engine)
    {
        var exchange = Dialects.Recorded.Body(VllmOrAphrodite, url: $"https://{host}/v1/chat/completions");

        Assert.Equal(engine, Reader.Read([exchange]).Engine);
    }

    [Fact]
    public void Mlx_lm_names_its_version_and_the_gpu()
    {
        var finding = Reader.Read([Dialects.Recorded.Body(Dialects.ScoredBodies.Of("mlx-lm of 2026").Body)]);

        Assert.Equal(("mlx-lm", "0.31.1 on applegpu_g16s"), (finding.Engine, finding.Versions));
    }

    [Theory]
    [InlineData("ik_llama.cpp", "ik_llama.cpp")]
    [InlineData("llamafile/0.9.3", SurfaceReader.Unknown)]
    public void A_fork_that_names_itself_is_not_taken_for_its_origin(string server, string engine)
    {
        var exchange = Dialects.Recorded.Body("""{"choices":[],"system_fingerprint":"b4748-c392e5094","object":"chat.completion","timings":{"prompt_n":1,"predicted_n":1,"predicted_per_second":1}}""");

        var named = exchange with { Response = exchange.Response! with { Headers = [new("Server", server)] } };

        Assert.Equal("llama.cpp", Reader.Read([exchange]).Engine);
        Assert.Equal(engine, Reader.Read([named]).Engine);
    }

    [Fact]
    public void A_fork_behind_a_proxy_that_hides_its_header_is_not_given_a_version_of_its_origin()
    {
        var list = Dialects.Recorded.Body("""{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"llamacpp","meta":{"n_vocab":512},"max_model_len":1024}]}""");
        var native = Dialects.Recorded.Body("""{"content":"x","generated_text":"x","id_slot":0,"stop":true,"model":"m","tokens_predicted":1,"tokens_evaluated":2,"generation_settings":{"n_ctx":1024,"tfs_z":1.0},"prompt":"p","truncated":false,"stopped_eos":false,"stopped_word":false,"stopped_limit":true,"stopping_word":"","tokens_cached":3,"timings":{"prompt_n":2,"prompt_ms":1.0,"prompt_per_token_ms":0.5,"prompt_per_second":2000.0,"predicted_n":1,"predicted_ms":1.0,"predicted_per_token_ms":1.0,"predicted_per_second":1000.0,"n_ctx":1024,"n_past":3},"completion_probabilities":[{"content":"x","probs":[{"tok_str":"x","prob":0.5}]}]}""");
        var open = Dialects.Recorded.Body("""{"choices":[{"text":"x","index":0,"logprobs":null,"finish_reason":"length"}],"created":1,"model":"m","object":"text_completion","usage":{"completion_tokens":1,"prompt_tokens":2,"total_tokens":3},"id":"chatcmpl-0123456789abcdefghijABCDEFGHIJ01","timings":{"prompt_n":2,"prompt_ms":1.0,"prompt_per_token_ms":0.5,"prompt_per_second":2000.0,"predicted_n":1,"predicted_ms":1.0,"predicted_per_token_ms":1.0,"predicted_per_second":1000.0,"n_ctx":1024,"n_past":3}}""");

        var finding = Reader.Read([list, native, open]);

        Assert.Equal(("ik_llama.cpp", "*"), (finding.Engine, finding.Versions));
        Assert.Equal(SurfaceReader.Unknown, Reader.Read([list]).Engine);
    }
}
