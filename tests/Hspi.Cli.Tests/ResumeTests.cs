using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>`hspi verify --resume`: the limits are those of the whole evidence.</summary>
public sealed class ResumeTests : IAsyncDisposable
{
    private readonly string _evidence = Path.Combine(TestFolder.New(), "run.evidence.gz");
    private readonly List<string> _asked = [];
    private readonly ScriptedServer _endpoint;

    public ResumeTests() => _endpoint = ScriptedServer.Answering(request =>
    {
        lock (_asked)
        {
            _asked.Add(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        }

        return Task.FromResult(ScriptedServer.Response(
            """{"object":"text_completion","model":"m","choices":[{"index":0,"text":" a","logprobs":{"tokens":[" a"],"token_logprobs":[-0.25],"top_logprobs":[{" a":-0.25,"b":-2.5,"c":-2.75,"d":-3.5,"e":-4.5}]},"finish_reason":"length"}],"usage":{"prompt_tokens":100,"completion_tokens":1}}"""));
    });

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    [Theory]
    [InlineData("--max-calls", "6", "9", "calls is reached, 6 calls of earlier runs included")]
    [InlineData("--max-tokens", "700", "1000", "of at most 700 are used, ")]
    [InlineData("--budget-usd", "0.0007", "0.001", "of at most $0.0007 is spent, ")]
    public async Task A_limit_holds_for_all_runs_of_one_evidence_together(string limit, string low, string high, string reason)
    {
        string[] prices = ["--price-in", "1", "--price-out", "1"];

        await VerifyAsync(["--evidence", _evidence, limit, low, .. prices]);
        var first = _endpoint.Requests.Count;
        var again = await VerifyAsync(["--resume", _evidence, limit, low, .. prices]);
        var second = _endpoint.Requests.Count;
        await VerifyAsync(["--resume", _evidence, limit, high, .. prices]);
        var third = _endpoint.Requests.Count;

        Assert.InRange(first, 5, 8);
        Assert.Equal(first, second);
        Assert.Equal(first + 3, third);
        Assert.Equal(3, again.Code);
        Assert.Contains(reason, again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_of_a_resumed_one_says_exactly_what_is_left_and_changes_nothing()
    {
        await VerifyAsync("--evidence", _evidence, "--max-calls", "6");
        var before = await File.ReadAllBytesAsync(_evidence, TestContext.Current.CancellationToken);

        var dry = await VerifyAsync("--resume", _evidence, "--max-calls", "9", "--dry-run", "--price-in", "1", "--price-out", "1");

        Assert.Equal((0, 6), (dry.Code, _endpoint.Requests.Count));
        Assert.Equal(before, await File.ReadAllBytesAsync(_evidence, TestContext.Current.CancellationToken));
        Assert.Contains("the evidence holds 6 calls, 505 tokens, $0.000505", dry.Error, StringComparison.Ordinal);
        Assert.Contains("hspi: at most 3 calls, ", dry.Error, StringComparison.Ordinal);
        Assert.Contains("6 more questions are beyond the limit of 9 calls", dry.Error, StringComparison.Ordinal);

        await VerifyAsync("--resume", _evidence, "--max-calls", "9");

        var planned = dry.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[line.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal(_asked.Skip(6), planned);
    }

    [Fact]
    public async Task A_dry_run_refuses_evidence_that_was_begun_with_other_words()
    {
        await VerifyAsync("--evidence", _evidence, "--max-calls", "6");

        var dry = await VerifyAsync("--resume", _evidence, "--seed", "2", "--dry-run");

        Assert.Equal(2, dry.Code);
        Assert.Contains("was begun with seed \"1\"", dry.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_the_dialect_cannot_pin_is_a_usage_error()
    {
        var ended = await VerifyAsync("--evidence", _evidence, "--provider", "p");

        Assert.Equal(2, ended.Code);
        Assert.Contains("Leave --provider out", ended.Error, StringComparison.Ordinal);
    }

    private Task<Ended> VerifyAsync(params string[] more) => HspiProgram.RunAsync(["verify", "--endpoint", _endpoint.Url, .. more]);
}
