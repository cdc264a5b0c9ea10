using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Readers.References;
using Hspi.Tests;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Examinations;

/// <summary>What happens before a claim is called wrong.</summary>
public sealed class AuditTests
{
    private const int Prompts = 8;
    private const int Alternatives = 20;
    private const int Calls = 1 + Prompts + 4;

    private readonly string _folder = TestFolder.New();

    private string Evidence => Path.Combine(_folder, "run.evidence.gz");

    [Fact]
    public async Task A_claim_that_looks_wrong_is_asked_about_again_at_the_end()
    {
        await using var server = Server((_, _) => "a100");

        var examination = await AskAsync(server);

        Assert.IsType<Verdict.Inconsistent>(examination.Conclusion.Verdict);
        Assert.Equal((Interview.MostAgain, Calls + Interview.MostAgain), (examination.Again, server.Requests.Count));
        Assert.Equal(["prompt 0", "prompt 1", "prompt 2"], server.Requests.Skip(Calls).Select(PromptOf));
    }

    [Fact]
    public async Task A_claim_that_looks_right_is_not()
    {
        await using var server = Server((_, _) => "h100");

        var examination = await AskAsync(server);

        Assert.IsType<Verdict.Consistent>(examination.Conclusion.Verdict);
        Assert.Equal((0, Calls), (examination.Again, server.Requests.Count));
    }

    [Fact]
    public async Task What_does_not_come_again_accuses_nobody()
    {
        await using var server = Server((_, call) => call < Calls ? "a100" : "third");

        Assert.IsType<Verdict.Unknown>((await AskAsync(server)).Conclusion.Verdict);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    public async Task Who_falls_silent_when_asked_again_does_not_escape(string instead)
    {
        await using var server = Server((_, call) => call < Calls ? "a100" : null, instead);

        Assert.IsType<Verdict.Inconsistent>((await AskAsync(server)).Conclusion.Verdict);
        Assert.IsType<Verdict.Inconsistent>(Examination.Of(EvidenceFile.Load(Evidence)).Conclusion.Verdict);
    }

    [Fact]
    public async Task A_resumed_run_pays_for_nothing_twice()
    {
        await using var server = Server((_, _) => "a100");
        await AskAsync(server);
        var asked = server.Requests.Count;

        var examination = await Audit.ResumeAsync(Settings(server), Evidence, progress: null, TestContext.Current.CancellationToken);

        Assert.IsType<Verdict.Inconsistent>(examination.Conclusion.Verdict);
        Assert.Equal(asked, server.Requests.Count);
    }

    [Fact]
    public async Task The_limits_hold_for_what_is_asked_again()
    {
        await using var server = Server((_, _) => "a100");

        var examination = await Audit.RunAsync(Settings(server) with { Limits = new BudgetLimits(MostCalls: Calls + 1) }, Evidence, progress: null, TestContext.Current.CancellationToken);

        Assert.IsType<Verdict.Inconsistent>(examination.Conclusion.Verdict);
        Assert.Equal(Calls + 1, server.Requests.Count);
    }

    [Fact]
    public async Task A_dry_run_counts_them()
    {
        await using var server = Server((_, _) => "a100");

        var dry = await DryRun.OfAsync(Settings(server), resumed: null, TestContext.Current.CancellationToken);
        var without = await DryRun.OfAsync(Settings(server) with { Claim = null }, resumed: null, TestContext.Current.CancellationToken);

        Assert.Equal((Interview.MostAgain, 0), (dry.Again, without.Again));
        Assert.Equal(without.Worst.Calls + Interview.MostAgain, dry.Worst.Calls);
        Assert.True(dry.Worst.Tokens > without.Worst.Tokens);
    }

    private Task<Examination> AskAsync(ScriptedServer server) => Audit.RunAsync(Settings(server), Evidence, progress: null, TestContext.Current.CancellationToken);

    private static InterviewSettings Settings(ScriptedServer server) => new()
    {
        Endpoint = new EndpointOptions { Address = server.Address, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(2) },
        Claim = PlatformClaim.Parse("device=h100"),
        Model = "m",
        Dialect = DialectCatalog.Find("openai-completions"),
        References = new EnrolledReferences(
            new ReferenceSet(
                [.. Enumerable.Range(0, Prompts).Select(prompt => new ReferencePrompt($"prompt {prompt}", 1))],
                [Enrolled("h100"), Enrolled("a100")]),
            [],
            "some.parquet"),
    };

    private static EnrolledClass Enrolled(string device) => new(
        device,
        [PlatformText.Parse($"engine=llama.cpp device={device}")],
        [.. Enumerable.Range(0, Prompts).Select(prompt => (IReadOnlyList<ReferenceStep>)[new ReferenceStep("t0", Enumerable.Range(0, Alternatives).ToDictionary(token => $"t{token}", token => Logprob(device, $"prompt {prompt}", token)))])]);

    /// <summary>Whole digits, so that equal ones are no accident.</summary>
    private static string Logprob(string device, string prompt, int token)
    {
        var move = device switch { "h100" => 0.0, "a100" => 0.01, _ => 0.02 };
        return ((float)(-0.31415926 - (token * 0.97134592) - (prompt[^1] * 0.00123457) - (move * (token + 1) * 0.137))).ToString("R", CultureInfo.InvariantCulture);
    }

    private static string PromptOf(string request)
    {
        var at = request.IndexOf("\"prompt\":\"", StringComparison.Ordinal) + 10;
        return request[at..request.IndexOf('"', at)];
    }

    /// <summary>Answers each call, counted from 0, as one platform does; with <paramref name="instead"/> where that is null.</summary>
    private static ScriptedServer Server(Func<string, int, string?> platform, string instead = "")
    {
        var count = -1;
        return ScriptedServer.Answering(request =>
        {
            var prompt = PromptOf(request);
            if (platform(prompt, Interlocked.Increment(ref count)) is not { } device)
            {
                return Task.FromResult(instead);
            }

            var top = string.Join(',', Enumerable.Range(0, Alternatives).Select(token => $"\"t{token}\":{Logprob(device, prompt, token)}"));
            return Task.FromResult(ScriptedServer.Response(
                $$$"""{"object":"text_completion","model":"m","choices":[{"index":0,"text":"t0","logprobs":{"tokens":["t0"],"token_logprobs":[{{{Logprob(device, prompt, 0)}}}],"top_logprobs":[{{{{top}}}}]},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}"""));
        });
    }
}
