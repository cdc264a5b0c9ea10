using Hspi.Exchanges;
using Hspi.Readers.Surface;

namespace Hspi.Core.Tests.Readers.Surface;

public sealed class SurfacePrintTests
{
    private static readonly string[] Quoted = ["server", "via", "x-powered-by", "openai-version", "x-inference-engine"];

    [Theory]
    [InlineData("https://API.example.com/v1/chat?x=1", "api.example.com", "/v1/chat")]
    [InlineData("http://127.0.0.1:8000/v1/models", "127.0.0.1", "/v1/models")]
    [InlineData("/v1/models", null, "/v1/models")]
    [InlineData("ftp://example.com/v1", null, null)]
    [InlineData("", null, null)]
    public void The_address_gives_host_and_path(string url, string? host, string? path)
    {
        var print = SurfacePrint.Of(new Exchange(new ExchangeRequest("GET", url, [], ""), null, 0));

        Assert.Equal(host, print.Values("host").SingleOrDefault());
        Assert.Equal(path, print.Values("path").SingleOrDefault());
        Assert.Empty(print.Values("status"));
    }

    [Fact]
    public void Every_header_is_named_and_only_those_that_tell_are_quoted()
    {
        var print = Of("{}", 429, new("Server", "uvicorn"), new("Via", "1.1 proxy"), new("X-Powered-By", "p"), new("OpenAI-Version", "v"), new("X-Inference-Engine", "e"), new("Date", "today"));

        Assert.Equal(["server", "via", "x-powered-by", "openai-version", "x-inference-engine", "date"], print.Values("headers"));
        Assert.Equal(["uvicorn", "1.1 proxy", "p", "v", "e"], Quoted.SelectMany(name => print.Values($"header.{name}")));
        Assert.Empty(print.Values("header.date"));
        Assert.Equal(["429"], print.Values("status"));
    }

    [Theory]
    [InlineData("{\"a\":\"b\"}", "compact")]
    [InlineData("{\"a\": \"b\"}", "python")]
    [InlineData("{\n \"a\": \"b\"}", "indented")]
    [InlineData("  {\"a\":\"b: c\"}", "compact")]
    [InlineData("{}", "compact")]
    public void Blanks_between_names_and_values_tell_the_writer(string body, string spacing) => Assert.Equal([spacing], Of(body).Values("spacing"));

    [Fact]
    public void Text_that_is_no_object_has_no_spacing()
    {
        Assert.Empty(Of("<html>").Values("spacing"));
        Assert.Empty(Of("<html>").Values("streamed"));
        Assert.Equal(["yes"], Of("data: {\"a\":1}\n\ndata: [DONE]\n\n").Values("streamed"));
    }

    [Theory]
    [InlineData("""{"id":"x","object":"o"}""", "keys", "id,object")]
    [InlineData("""{"object":"o"}""", "object", "o")]
    [InlineData("""{"id":"x"}""", "id", "x")]
    [InlineData("""{"model":"m"}""", "model", "m")]
    [InlineData("""{"system_fingerprint":"fp"}""", "fingerprint", "fp")]
    [InlineData("""{"type":"t"}""", "type", "t")]
    [InlineData("""{"created_at":"2026"}""", "created_at", "2026")]
    [InlineData("""{"done_reason":"stop"}""", "done_reason", "stop")]
    [InlineData("""{"build_info":"b1"}""", "build", "b1")]
    [InlineData("""{"provider":"p"}""", "provider", "p")]
    [InlineData("""{"total_duration":12}""", "total_duration", "12")]
    [InlineData("""{"prompt":[1]}""", "prompt", "array")]
    [InlineData("""{"usage":{"a":1,"b":2}}""", "usage.keys", "a,b")]
    [InlineData("""{"timings":{"a":1}}""", "timings.keys", "a")]
    [InlineData("""{"details":{"tokens":[{"id":1,"text":"x"}]}}""", "details.keys", "tokens")]
    [InlineData("""{"details":{"tokens":[{"id":1,"text":"x"}]}}""", "details.token.keys", "id,text")]
    [InlineData("""{"token":{"id":1}}""", "token.keys", "id")]
    [InlineData("""{"meta_info":{"a":1}}""", "meta.keys", "a")]
    [InlineData("""{"data":[{"owned_by":"vllm","id":"m"}]}""", "owned_by", "vllm")]
    [InlineData("""{"data":[{"owned_by":"vllm","id":"m"}]}""", "model.keys", "owned_by,id")]
    [InlineData("""{"completion_probabilities":[{"content":"x","probs":[{"tok_str":"x"}]}]}""", "probability.keys", "content,probs")]
    [InlineData("""{"completion_probabilities":[{"content":"x","probs":[{"tok_str":"x"}]}]}""", "probability.row.keys", "tok_str")]
    [InlineData("""{"generation_settings":{"a":1}}""", "settings.keys", "a")]
    [InlineData("""{"default_generation_settings":{"b":1}}""", "settings.keys", "b")]
    [InlineData("""{"candidates":[{"c":1}]}""", "candidate.keys", "c")]
    [InlineData("""{"error":{"message":"m","type":"t"}}""", "error.keys", "message,type")]
    [InlineData("""{"error":{"message":"m","type":"t"}}""", "error", "m")]
    [InlineData("""{"error":{"message":"m","type":"t"}}""", "error.type", "t")]
    [InlineData("""{"error":"plain"}""", "error", "plain")]
    [InlineData("""{"error":"plain","error_type":"validation"}""", "error_type", "validation")]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"a"},"logprobs":{"content":[{"token":"x","bytes":[]}]}}]}""", "choice.keys", "index,message,logprobs")]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"a"},"logprobs":{"content":[{"token":"x","bytes":[]}]}}]}""", "message.keys", "role")]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"a"},"logprobs":{"content":[{"token":"x","bytes":[]}]}}]}""", "logprobs.keys", "content")]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"a"},"logprobs":{"content":[{"token":"x","bytes":[]}]}}]}""", "row.keys", "token,bytes")]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}]}""", "delta.keys", "content")]
    [InlineData("""{"type":"response.created","response":{"id":"resp_1","model":"m","output":[]}}""", "response.keys", "id,model,output")]
    [InlineData("""{"type":"response.created","response":{"id":"resp_1","model":"m","output":[{"id":"msg_1"}]}}""", "item.id", "msg_1")]
    [InlineData("""{"object":"response","id":"resp_1","output":[{"id":"rs_1"}]}""", "item.id", "rs_1")]
    public void A_field_is_found_where_servers_write_it(string body, string field, string value) => Assert.Equal([value], Of(body).Values(field));

    [Fact]
    public void Settings_stand_in_three_places() => Assert.Equal(["params", "a"], Of("""{"default_generation_settings":{"params":{"a":1}}}""").Values("settings.keys"));

    [Fact]
    public void The_first_two_choices_are_looked_at() =>
        Assert.Equal(["a", "b"], Of("""{"choices":[{"a":1},{"b":1},{"c":1}]}""").Values("choice.keys"));

    [Fact]
    public void Of_many_events_the_first_four_and_the_last_four_are_looked_at()
    {
        var body = string.Concat(Enumerable.Range(0, 12).Select(i => $"data: {{\"id\":\"{i}\"}}\n\n"));

        Assert.Equal(["0", "1", "2", "3", "8", "9", "10", "11"], Of(body).Values("id"));
    }

    [Fact]
    public void A_value_is_kept_once_cut_and_without_control_characters()
    {
        var print = Of($$"""{"id":"{{new string('x', 300)}}","model":"a\nb","usage":{"{{new string('k', 300)}}":1} }""");

        Assert.Equal(200, Assert.Single(print.Values("id")).Length);
        Assert.Equal(["a?b"], print.Values("model"));
        Assert.Equal(300, Assert.Single(print.Values("usage.keys")).Length);
        Assert.Equal(["x"], Of("data: {\"id\":\"x\"}\n\ndata: {\"id\":\"x\"}\n\n").Values("id"));
    }

    [Fact]
    public void A_print_is_written_as_lines_of_a_signature_without_what_every_answer_differs_in()
    {
        var lines = Of("""{"id":"x","model":"m","error":"e"}""", 200, new KeyValuePair<string, string>("Server", "s")).ToSignatureLines().ToList();

        Assert.Equal(["  adds    header.server = s  1", "  adds    headers = server  1", "  adds    id = x  1", "  adds    keys order id,model,error  1", "  adds    spacing = compact  1"], lines);
    }

    [Fact]
    public void Of_one_field_four_values_are_written() => Assert.Equal(
        4, Of("{}", 200, [.. Enumerable.Range(0, 9).Select(i => new KeyValuePair<string, string>($"h{i}", ""))]).ToSignatureLines().Count(line => line.Contains("headers =", StringComparison.Ordinal)));

    private static SurfacePrint Of(string body, int status = 0, params KeyValuePair<string, string>[] headers) =>
        SurfacePrint.Of(new Exchange(new ExchangeRequest("", "", [], ""), new ExchangeResponse(status, headers, body), 0));
}
