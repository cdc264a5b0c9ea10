using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Reports;
using Hspi.Reports.Html;
using Hspi.Tests;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Interviews;

/// <summary>A proxy answers some questions, and stays silent on others in one of the many ways there are.</summary>
public sealed class SilenceTests
{
    private const string Answer =
        """{"object":"text_completion","model":"m","system_fingerprint":"fp_ollama","choices":[{"index":0,"text":" a","logprobs":{"tokens":[" a"],"token_logprobs":[-0.25],"top_logprobs":[{" a":-0.25,"b":-2.5}]},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";

    private readonly string _folder = TestFolder.New();

    [Theory]
    [InlineData(400, """{"error":{"message":"logprobs is not supported"}}""", "HTTP 400: logprobs is not supported")]
    [InlineData(200, """{"object":"text_completion","model":"m","choices":[{"index":0,"text":" a","logprobs":null,"finish_reason":"length"}]}""", "an answer without logprobs")]
    [InlineData(200, """{"object":"text_completion","model":"m","choices":[{"index":0,"text":" a","logprobs":{"tokens":[" a"],"token_logprobs":[-9999.0],"top_logprobs":[{" a":-9999.0,"b":-9999.0}]},"finish_reason":"length"}]}""", "an answer without logprobs")]
    [InlineData(200, """{"object":"text_completion","model":"m","choices":[{"index":0,"text":" a","logprobs":{"tokens":[" a"],"token_logprobs":[-0.25],"top_logprobs":null},"finish_reason":"length"}]}""", "an answer without alternatives")]
    [InlineData(200, """{"error":{"message":"backend busy"}}""", "an error: backend busy")]
    [InlineData(200, """{"object":"text_completion","model":"m","choices":[]}""", "an error: The answer holds no choice.")]
    [InlineData(200, "", "an error: The body is empty.")]
    [InlineData(200, "<html>welcome</html>", "an error: The body is HTML, not JSON.")]
    public async Task Nothing_is_confirmed_from_the_other_half(int status, string body, string came)
    {
        var calls = 0;
        await using var server = Server(() => Interlocked.Increment(ref calls) % 2 == 0 ? ScriptedServer.Response(body, status) : ScriptedServer.Response(Answer));

        var examination = await ExamineAsync(server, new BudgetLimits());

        var reason = Assert.IsType<Verdict.Unknown>(examination.Conclusion.Verdict).Reason;
        Assert.Contains(came, reason, StringComparison.Ordinal);
        Assert.Contains("would be \"consistent\"", reason, StringComparison.Ordinal);
        Assert.All(examination.Open, open => Assert.Equal((came, true), (open.Came, open.WithinLimits)));
        foreach (var report in new[] { TextReport.Render(examination), JsonReport.Render(examination), HtmlReport.Render(examination) })
        {
            Assert.Contains(came, report, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_that_answers_everything_is_confirmed()
    {
        await using var server = Server(() => ScriptedServer.Response(Answer));

        var examination = await ExamineAsync(server, new BudgetLimits());

        Assert.IsType<Verdict.Consistent>(examination.Conclusion.Verdict);
        Assert.Empty(examination.Open);
    }

    [Fact]
    public async Task A_limit_that_the_caller_set_withholds_nothing()
    {
        await using var server = Server(() => ScriptedServer.Response(Answer));

        var examination = await ExamineAsync(server, new BudgetLimits(MostCalls: 8));

        Assert.IsType<Verdict.Consistent>(examination.Conclusion.Verdict);
        Assert.NotEmpty(examination.Open);
        Assert.All(examination.Open, open => Assert.Equal(("not asked", false), (open.Came, open.WithinLimits)));
    }

    [Fact]
    public async Task Retries_that_use_the_limit_up_leave_planned_questions_open()
    {
        var calls = 0;
        await using var server = Server(() => Interlocked.Increment(ref calls) % 2 == 0
            ? ScriptedServer.Response("{}", 429, "Retry-After: 0\r\nContent-Type: application/json\r\n")
            : ScriptedServer.Response(Answer));

        var examination = await ExamineAsync(server, new BudgetLimits(MostCalls: 8));

        Assert.IsType<Verdict.Unknown>(examination.Conclusion.Verdict);
        Assert.Contains(examination.Open, open => open.WithinLimits);
    }

    [Fact]
    public async Task Evidence_of_before_the_questions_were_kept_is_judged_by_what_was_asked()
    {
        var calls = 0;
        await using var server = Server(() => Interlocked.Increment(ref calls) % 2 == 0 ? ScriptedServer.Response("""{"error":{"message":"no"}}""", 400) : ScriptedServer.Response(Answer));
        var examination = await ExamineAsync(server, new BudgetLimits());
        var log = EvidenceFile.Load(Path.Combine(_folder, "run.evidence.gz"));

        var old = Examination.Of(log with { Notes = [.. log.Notes.Where(note => note.Kind != "questions")] });

        Assert.Equal(examination.Open, old.Open);
    }

    private static ScriptedServer Server(Func<string> answer) =>
        new(async (_, stream, stop) => await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer()), stop));

    private async Task<Examination> ExamineAsync(ScriptedServer server, BudgetLimits limits)
    {
        var settings = new InterviewSettings
        {
            Endpoint = new EndpointOptions { Address = server.Address, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(2) },
            Claim = PlatformClaim.Parse("engine=ollama"),
            Model = "m",
            Dialect = DialectCatalog.Find("openai-completions"),
            Limits = limits,
        };
        await Interview.AskAsync(settings, Path.Combine(_folder, "run.evidence.gz"), progress: null, TestContext.Current.CancellationToken);
        return Examination.Of(EvidenceFile.Load(Path.Combine(_folder, "run.evidence.gz")));
    }
}
