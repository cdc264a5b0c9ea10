using Hspi.Backends.Endpoint;
using Hspi.Tests;

namespace Hspi.Core.Tests.Backends.Endpoint;

public sealed class CapabilityProbeTests
{
    private const string Models = """{"object":"list","data":[{"id":"the-model","object":"model","owned_by":"somebody"}]}""";
    private const string Completion = """{"object":"text_completion","choices":[{"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[-0.5],"top_logprobs":[{"a":-0.5,"b":-1.5,"c":-2.5,"d":-3.5,"e":-4.5}]}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";
    private const string ChatWithout = """{"object":"chat.completion","model":"m","choices":[{"message":{"content":"a"},"logprobs":null}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";

    private const string LlamaModels = """{"object":"list","data":[{"id":"the-model","object":"model","owned_by":"llamacpp","meta":{"n_vocab":512}}]}""";
    private const string OldProbabilities = """{"content":" a","tokens_predicted":1,"tokens_evaluated":5,"completion_probabilities":[{"content":" a","probs":[{"tok_str":" a","prob":0.5},{"tok_str":" b","prob":0.25}]}]}""";
    private const string LlamaCompletions = """{"object":"text_completion","choices":[{"text":" a","index":0,"logprobs":{"content":[{"id":7,"token":" a","logprob":-0.5,"top_logprobs":[{"id":7,"token":" a","logprob":-0.5},{"id":8,"token":" b","logprob":-1.5}]}]}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";

    [Fact]
    public async Task A_server_with_logprobs_is_understood_in_two_calls()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(Models), ScriptedServer.Response(Completion));
        using var client = Client(server);

        var seen = await CapabilityProbe.AskAsync(client, "", null, "", TestContext.Current.CancellationToken);

        Assert.Equal(("openai-completions", "the-model", true, 5), (seen.Dialect.Name, seen.Model, seen.Logprobs, seen.Alternatives));
        Assert.Equal(2, server.Requests.Count);
        Assert.Empty(seen.Limits);
    }

    [Fact]
    public async Task A_server_that_grants_fewer_alternatives_is_asked_for_five()
    {
        await using var server = ScriptedServer.Answering(
            ScriptedServer.Response(Models),
            ScriptedServer.Response("""{"error":{"message":"logprobs must be at most 5"}}""", 400),
            ScriptedServer.Response(Completion));
        using var client = Client(server);

        var seen = await CapabilityProbe.AskAsync(client, "", null, "", TestContext.Current.CancellationToken);

        Assert.Equal(5, seen.Alternatives);
        Assert.Contains("\"logprobs\":5", server.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_logprobs_the_limit_is_said_and_three_calls_are_enough()
    {
        await using var server = ScriptedServer.Answering(
            ScriptedServer.Response(Models), ScriptedServer.Response("{\"detail\":\"Not Found\"}", 404), ScriptedServer.Response(ChatWithout));
        using var client = Client(server);

        var seen = await CapabilityProbe.AskAsync(client, "", null, "", TestContext.Current.CancellationToken);

        Assert.False(seen.Logprobs);
        Assert.Contains("no logprobs", Assert.Single(seen.Limits), StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_fork_that_shows_probabilities_on_its_own_route_is_asked_for_logprobs_without_a_chat_template_between()
    {
        await using var server = ScriptedServer.Answering(
            ScriptedServer.Response(LlamaModels), ScriptedServer.Response(OldProbabilities), ScriptedServer.Response(LlamaCompletions));
        using var client = Client(server);

        var seen = await CapabilityProbe.AskAsync(client, "", null, "", TestContext.Current.CancellationToken);

        Assert.Equal(("llama.cpp-openai", true, true), (seen.Dialect.Name, seen.Logprobs, seen.TokenIds));
        Assert.Equal(3, server.Requests.Count);
        Assert.StartsWith("POST /v1/completions ", server.Requests.Last(), StringComparison.Ordinal);
        Assert.Contains("\"cache_prompt\":false", server.Requests.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OldProbabilities)] // builds of 2024 answer every route in their own form
    [InlineData(ChatWithout)]
    public async Task Where_no_route_shows_logprobs_the_probabilities_are_kept(string third)
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(LlamaModels), ScriptedServer.Response(OldProbabilities), ScriptedServer.Response(third));
        using var client = Client(server);

        var seen = await CapabilityProbe.AskAsync(client, "", null, "", TestContext.Current.CancellationToken);

        Assert.Equal(("llama.cpp-completion", false), (seen.Dialect.Name, seen.Logprobs));
        Assert.Contains("probabilities", Assert.Single(seen.Limits), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dialect_that_the_user_named_is_the_only_one_that_is_spoken()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(LlamaModels), ScriptedServer.Response(OldProbabilities), ScriptedServer.Response(LlamaCompletions));
        using var client = Client(server);

        var seen = await CapabilityProbe.AskAsync(client, "", new Hspi.Dialects.LlamaCompletion(), "", TestContext.Current.CancellationToken);

        Assert.Equal("llama.cpp-completion", seen.Dialect.Name);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_speaks_no_dialect_is_an_error_that_repeats_its_words()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response("<html>hello</html>"));
        using var client = Client(server);

        var failed = await Assert.ThrowsAsync<HspiException>(() => CapabilityProbe.AskAsync(client, "m", null, "", TestContext.Current.CancellationToken));

        Assert.Contains("HTML", failed.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    private static EndpointClient Client(ScriptedServer server) =>
        new(new EndpointOptions { Address = server.Address }, null, new Budget(new BudgetLimits()), TimeProvider.System);
}
