using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Comparisons;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Tests;

namespace Hspi.Core.Tests.Comparisons;

/// <summary>Servers that compute otherwise under one condition, and those that never do.</summary>
public sealed class DeterminismTests
{
    private static readonly DeterminismPlan Plan = new(1, 3, 4, [2]);

    private readonly string _folder = TestFolder.New();
    private int _running;

    [Fact]
    public async Task A_server_that_computes_one_way_is_deterministic_and_says_how_sure_that_is()
    {
        var found = await CheckAsync((_, _) => 0);

        Assert.Equal(DeterminismVerdict.Deterministic, found.Verdict);
        Assert.Equal(Plan.Conditions.Skip(1), found.Conditions.Select(one => one.Name));
        Assert.All(found.Conditions, one => Assert.Equal((3, 0, 12, 0, true), (one.Answers, one.Texts, one.Positions, one.Changed, one.WasTried)));
        Assert.StartsWith("All 60 positions have the same digits", found.Reason, StringComparison.Ordinal);
        // Twelve positions, five times: no sample of sixty.
        Assert.Contains("at most 24.2 %", found.Reason, StringComparison.Ordinal);
        Assert.Equal([12], found.States);
    }

    [Fact]
    public async Task Bits_that_others_change_are_counted_and_measured()
    {
        var found = await CheckAsync((_, running) => running > 1 ? 0.001 : 0);

        AssertOnly("among 2 callers", found);
        var among = found.Conditions.Single(one => one.IsChanged);
        Assert.InRange(among.Largest!.Value, 0.0009, 0.0011);
        Assert.InRange(among.Typical!.Value, 0.0009, 0.0011);
        Assert.Contains("batch-invariant", found.Reason, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"among 2 callers ({among.Changed} of 12 positions, at most 0.001 nats)"), found.Reason, StringComparison.Ordinal);
        Assert.Equal([12 - among.Changed, among.Changed], found.States);
    }

    [Fact]
    public async Task A_streamed_answer_that_differs_is_seen() =>
        AssertOnly(DeterminismPlan.Streamed, await CheckAsync((request, _) => request.Contains("\"stream\":true", StringComparison.Ordinal) ? 0.001 : 0));

    [Fact]
    public async Task A_cache_that_answers_what_was_just_asked_is_seen()
    {
        var last = "";
        AssertOnly(DeterminismPlan.AfterItself, await CheckAsync((request, _) =>
        {
            var move = last == PromptOf(request) ? 0.001 : 0;
            last = PromptOf(request);
            return move;
        }));
    }

    [Fact]
    public async Task What_a_long_prompt_leaves_behind_is_seen()
    {
        var afterLong = false;
        AssertOnly(DeterminismPlan.AfterLong, await CheckAsync((request, _) =>
        {
            var move = afterLong ? 0.001 : 0;
            afterLong = PromptOf(request).Length > 300;
            return move;
        }));
    }

    [Fact]
    public async Task A_server_that_never_repeats_itself_is_not_called_dependent_on_batches()
    {
        var count = 0;
        var found = await CheckAsync((_, _) => Interlocked.Increment(ref count) * 1e-5);

        Assert.Equal(DeterminismVerdict.Changes, found.Verdict);
        Assert.Contains("It does not repeat itself", found.Reason, StringComparison.Ordinal);
        Assert.All(found.Conditions, one => Assert.True(one.IsChanged));
        // Alone and five conditions: each of the twelve positions is seen six times, never twice alike.
        Assert.Equal([0, 0, 0, 0, 0, 12], found.States);
    }

    [Fact]
    public async Task Without_logprobs_equal_texts_prove_nothing() =>
        Assert.Equal(DeterminismVerdict.Unknown, (await CheckAsync((_, _) => 0, logprobs: false)).Verdict);

    [Fact]
    public async Task A_condition_without_numbers_is_not_covered_by_the_numbers_of_others()
    {
        var found = await CheckAsync((_, _) => 0, hides: request => request.Contains("\"stream\":true", StringComparison.Ordinal));

        Assert.Equal(DeterminismVerdict.Unknown, found.Verdict);
        Assert.Contains("no numbers: streamed", found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_logprobs_another_text_is_a_change_all_the_same()
    {
        var found = await CheckAsync((request, _) => request.Contains("\"stream\":true", StringComparison.Ordinal) ? 1 : 0, logprobs: false);

        Assert.Equal(DeterminismVerdict.Changes, found.Verdict);
        Assert.Equal((DeterminismPlan.Streamed, 3, 0), found.Conditions.Where(one => one.IsChanged).Select(one => (one.Name, one.Texts, one.Positions)).Single());
    }

    [Fact]
    public async Task Callers_that_are_refused_try_nothing()
    {
        var found = await CheckAsync((request, _) => Plan.CallersProbes.Any(probe => PromptOf(request) == ((Hspi.Probes.PromptProbe)probe).Prompt) ? null : 0);

        Assert.Equal(DeterminismVerdict.Unknown, found.Verdict);
        Assert.Contains("among 2 callers", found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_prompt_that_is_refused_is_tried_shorter_and_then_not_at_all()
    {
        var shorter = await CheckAsync((request, _) => PromptOf(request).Length > 800 ? null : 0);
        var none = await CheckAsync((request, _) => PromptOf(request).Length > 100 ? null : 0);

        Assert.Equal(DeterminismVerdict.Deterministic, shorter.Verdict);
        Assert.Equal([DeterminismPlan.AfterLong], none.Conditions.Where(one => !one.WasTried).Select(one => one.Name));
    }

    [Fact]
    public async Task A_limit_leaves_conditions_untried()
    {
        var found = await CheckAsync((_, _) => 0, new BudgetLimits(MostCalls: 9));

        Assert.Equal(DeterminismVerdict.Unknown, found.Verdict);
        Assert.Contains(found.Limits, limit => limit.Contains("limit of 9 calls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_evidence_alone_gives_the_same_and_one_that_was_changed_is_refused()
    {
        var found = await CheckAsync((_, running) => running > 1 ? 0.001 : 0);
        var log = EvidenceFile.Load(Directory.EnumerateFiles(_folder).Single());

        Assert.Equal(found.Reason, Determinism.Of(log).Reason);
        Assert.Throws<HspiException>(() => Determinism.Of(log with { Exchanges = [.. log.Exchanges.Take(3)] }));
    }

    private static void AssertOnly(string condition, Determinism found)
    {
        Assert.Equal(DeterminismVerdict.Changes, found.Verdict);
        Assert.Equal([condition], found.Conditions.Where(one => one.IsChanged).Select(one => one.Name));
    }

    /// <param name="move">What is added to logprobs, in nats, by request and by requests that run just now; null refuses.</param>
    /// <param name="limits">Of the run.</param>
    /// <param name="logprobs">Whether the server shows any; without, the move shows in the text.</param>
    /// <param name="hides">Which answers show none, with the text of those that do; null for none.</param>
    private async Task<Determinism> CheckAsync(Func<string, int, double?> move, BudgetLimits? limits = null, bool logprobs = true, Func<string, bool>? hides = null)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.gz");
        await using var server = ScriptedServer.Answering(async request =>
        {
            if (!request.StartsWith("POST", StringComparison.Ordinal))
            {
                return ScriptedServer.Response("""{"object":"list","data":[{"id":"m","object":"model"}]}""");
            }

            Interlocked.Increment(ref _running);
            // Long enough for callers to come meanwhile.
            await Task.Delay(20);
            var running = Volatile.Read(ref _running);
            Interlocked.Decrement(ref _running);
            return move(request, running) is { } nats ? Answer(request, nats, logprobs, hides?.Invoke(request) == true) : ScriptedServer.Response("""{"error":{"message":"too much"}}""", 400);
        });
        var settings = new InterviewSettings { Endpoint = new EndpointOptions { Address = server.Address }, Model = "m", Limits = limits ?? new BudgetLimits(MostCalls: 500) };
        await DeterminismRun.AskAsync(settings, Plan, path, progress: null, TestContext.Current.CancellationToken);
        return Determinism.Of(EvidenceFile.Load(path));
    }

    private static string Answer(string request, double move, bool logprobs, bool hidden)
    {
        var text = logprobs ? " a a a a" : $" a a a a {move.ToString(CultureInfo.InvariantCulture)}";
        var numbers = Enumerable.Range(0, 4).Select(step => (-0.5 - (step * 0.1) - (PromptOf(request).Length * 0.01) - move).ToString("F6", CultureInfo.InvariantCulture)).ToList();
        var shown = logprobs && !hidden
            ? $$"""{"tokens":[" a"," a"," a"," a"],"token_logprobs":[{{string.Join(',', numbers)}}],"top_logprobs":[{{string.Join(',', numbers.Select(number => "{\" a\":" + number + ",\" b\":-3.25}"))}}]}"""
            : "null";
        var body = $$$"""{"object":"text_completion","model":"m","choices":[{"index":0,"text":"{{{text}}}","logprobs":{{{shown}}},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":4}}""";
        return request.Contains("\"stream\":true", StringComparison.Ordinal)
            ? ScriptedServer.Response($"data: {body}\n\ndata: [DONE]\n\n", 200, "Content-Type: text/event-stream\r\n")
            : ScriptedServer.Response(body);
    }

    private static string PromptOf(string request)
    {
        var at = request.IndexOf("\"prompt\":\"", StringComparison.Ordinal) + 10;
        return at < 10 ? "" : request[at..request.IndexOf('"', at)];
    }
}
