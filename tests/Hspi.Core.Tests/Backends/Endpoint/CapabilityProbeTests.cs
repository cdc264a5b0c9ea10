using Hspi.Backends.Endpoint;

namespace Hspi.Core.Tests.Backends.Endpoint;

public sealed class CapabilityProbeTests
{
    private const string Models = """{"object":"list","data":[{"id":"the-model","object":"model","owned_by":"somebody"}]}""";
    private const string Completion = """{"object":"text_completion","choices":[{"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[-0.5],"top_logprobs":[{"a":-0.5,"b":-1.5,"c":-2.5,"d":-3.5,"e":-4.5}]}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";
    private const string ChatWithout = """{"object":"chat.completion","model":"m","choices":[{"message":{"content":"a"},"logprobs":null}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";

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
