using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Surface;

/// <summary>Forms that servers document or are known to imitate, and that no recording of ours holds.</summary>
public sealed class UnseenServersTests
{
    private static readonly SurfaceReader Reader = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    [Theory]
    [InlineData("vllm", """{"id":"chatcmpl-0123456789abcdef0123456789abcdef","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"logprobs":null,"finish_reason":"stop","stop_reason":null}],"usage":{},"prompt_logprobs":null,"kv_transfer_params":null}""")]
    [InlineData("sglang", """{"id":"0123456789abcdef0123456789abcdef","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"logprobs":null,"finish_reason":"stop","matched_stop":2}],"usage":{},"metadata":{"weight_version":"default"}}""")]
    [InlineData("azure-openai", """{"choices":[{"content_filter_results":{},"finish_reason":"stop","index":0,"message":{"content":"x","role":"assistant"}}],"created":1,"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","model":"gpt-4o-2024-08-06","object":"chat.completion","prompt_filter_results":[],"system_fingerprint":"fp_0123456789"}""")]
    [InlineData("openrouter", """{"id":"gen-1763000000-AbCdEfGhIjKlMnOpQrSt","provider":"Nebius","model":"m","object":"chat.completion","created":1,"choices":[{"logprobs":null,"finish_reason":"stop","native_finish_reason":"stop","index":0,"message":{"role":"assistant","content":"x"}}]}""")]
    [InlineData("gemini", """{"candidates":[{"content":{"parts":[{"text":"x"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1},"modelVersion":"gemini-2.5-flash","responseId":"x"}""")]
    [InlineData("openai", """{"id":"resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b","object":"response","created_at":1741476542,"status":"completed","output":[{"type":"message","id":"msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b","content":[]}]}""")]
    public void A_documented_form_is_named(string engine, string body) => Assert.Equal(engine, Reader.Read([Dialects.Recorded.Body(body)]).Engine);

    [Theory]
    [InlineData("a filter of Azure's before somebody else's model", """{"id":"0123456789abcdef","object":"chat.completion","model":"Llama-3.3-70B","choices":[{"index":0,"content_filter_results":{},"message":{"role":"assistant","content":"x"}}]}""")]
    [InlineData("Azure's Responses, whose ids are OpenAI's", """{"id":"resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b","object":"response","content_filters":[],"output":[{"type":"message","id":"msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b"}]}""")]
    [InlineData("KoboldCpp in Ollama's clothes", """{"model":"m","created_at":"2026-01-01T00:00:00.123456Z","response":"x","done":true,"done_reason":"stop","context":[1,2,3],"total_duration":1,"load_duration":1,"prompt_eval_count":5,"prompt_eval_duration":1,"eval_count":5,"eval_duration":1}""")]
    [InlineData("LoRAX, a fork of TGI", """{"generated_text":"x","details":{"finish_reason":"length","prompt_tokens":5,"generated_tokens":1,"skipped":0,"seed":null,"prefill":[],"tokens":[{"id":1,"text":"x","logprob":-0.5,"special":false}]}}""")]
    [InlineData("a gateway with ids of its own", """{"id":"chatcmpl-3f2b8c1e-0a4d-4f6e-9b7a-1c2d3e4f5a6b","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{}}""")]
    [InlineData("an imitation of one of OpenAI's marks", """{"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}""")]
    public void An_imitation_stays_unknown(string why, string body) => Assert.True(Reader.Read([Dialects.Recorded.Body(body)]).Engine == SurfaceReader.Unknown, why);

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
