using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>`hspi verify` against an endpoint that begins answers and does not end them.</summary>
public sealed class StalledEndpointTests
{
    private const int ProbeCalls = 2;
    private const int Questions = 13;

    private readonly string _evidence = Path.Combine(TestFolder.New(), "run.evidence.gz");
    private int _calls;

    [Fact]
    public async Task Two_questions_that_stall_are_left_out_and_said_and_asked_again_when_resumed()
    {
        await using var endpoint = Endpoint(call => call is 5 or 8);

        var stalled = await VerifyAsync(endpoint, "--evidence", _evidence);
        var first = endpoint.Requests.Count;
        var resumed = await VerifyAsync(endpoint, "--resume", _evidence);

        Assert.Equal((3, ProbeCalls + Questions), (stalled.Code, first));
        Assert.Equal(
            ["Question 3 of 13 was given up", "Question 6 of 13 was given up"],
            Limits(stalled).Select(limit => limit.Split(':')[0]));
        Assert.Equal(first + 2, endpoint.Requests.Count);
        Assert.Empty(Limits(resumed));
    }

    [Fact]
    public async Task After_three_silences_the_rest_is_not_asked()
    {
        await using var endpoint = Endpoint(call => call > 5);

        var ended = await VerifyAsync(endpoint, "--evidence", _evidence);

        Assert.Equal((3, 5 + 3), (ended.Code, endpoint.Requests.Count));
        Assert.EndsWith("After 3 such questions the rest was not asked.", Limits(ended)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_from_the_first_word_is_unknown_and_says_why()
    {
        await using var endpoint = Endpoint(_ => true);

        var ended = await VerifyAsync(endpoint, "--evidence", _evidence, "--claim", "precision=bf16");

        Assert.Equal((3, 1), (ended.Code, endpoint.Requests.Count));
        Assert.Contains("sent nothing for 4 s", string.Join(' ', Limits(ended)), StringComparison.Ordinal);
        Assert.Equal(3, (await HspiProgram.RunAsync("replay", _evidence)).Code);
    }

    private ScriptedServer Endpoint(Func<int, bool> stalls) => ScriptedServer.Answering(
        _ => Task.FromResult(ScriptedServer.Response(
            """{"object":"text_completion","model":"m","choices":[{"index":0,"text":" a","logprobs":{"tokens":[" a"],"token_logprobs":[-0.25],"top_logprobs":[{" a":-0.25,"b":-2.5,"c":-2.75,"d":-3.5,"e":-4.5}]},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""")),
        _ => stalls(Interlocked.Increment(ref _calls)));

    private static Task<Ended> VerifyAsync(ScriptedServer endpoint, params string[] more) =>
        HspiProgram.RunAsync(["verify", "--endpoint", endpoint.Url, "--idle-timeout", "4", "--json", .. more]);

    private static List<string> Limits(Ended ended) =>
        [.. JsonDocument.Parse(ended.Output).RootElement.GetProperty("limits").EnumerateArray().Select(limit => limit.GetString()!).Where(limit => !limit.StartsWith("The endpoint was not understood", StringComparison.Ordinal))];
}
