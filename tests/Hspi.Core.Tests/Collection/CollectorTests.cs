using Hspi.Answers;
using Hspi.Backends;
using Hspi.Collection;
using Hspi.Core.Tests.Datasets;
using Hspi.Datasets;
using Hspi.Platforms;
using Hspi.Probes;
using Hspi.Tests;

namespace Hspi.Core.Tests.Collection;

public sealed class CollectorTests
{
    private readonly string _folder = TestFolder.New();
    private readonly Silent _silent = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Output => Path.Combine(_folder, "all.parquet");

    [Fact]
    public async Task Every_platform_answers_every_probe()
    {
        var outcome = await Collect([new("a"), new("b")]);

        Assert.Equal(8, outcome.Asked);
        Assert.Equal(outcome.Dataset.Rows.Count, (await DatasetFile.ReadAsync(Output, Token)).Rows.Count);
        Assert.Equal(2 * 4 * 3, outcome.Dataset.Rows.Count);
        Assert.False(Directory.Exists(Output + ".partial"));
    }

    [Fact]
    public async Task A_second_run_asks_nothing_again_and_writes_the_same_bytes()
    {
        await Collect([new("a"), new("b")]);
        var before = await File.ReadAllBytesAsync(Output, Token);

        var again = await Collect([new("a"), new("b")]);

        Assert.Equal((0, 8), (again.Asked, again.Reused));
        Assert.Equal(before, await File.ReadAllBytesAsync(Output, Token));
    }

    [Fact]
    public async Task A_stopped_run_keeps_what_was_finished_and_the_next_asks_only_the_rest()
    {
        using var stop = new CancellationTokenSource();
        var first = new Fake("a") { Before = count => { if (count == 3) { stop.Cancel(); } } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Collect([first, new("b")], stop.Token));
        Assert.False(File.Exists(Output));
        var rest = await Collect([new("a"), new("b")]);

        Assert.Equal((5, 3), (rest.Asked, rest.Reused));
    }

    [Fact]
    public async Task A_killed_run_keeps_each_costly_answer()
    {
        // Killed: nothing of the run after its third answer happens, not even its clean-up.
        var hangs = new Fake("a") { Costly = true, Hang = 3 };
        var run = Collect([hangs], CancellationToken.None);
        await hangs.Hanging.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);

        var rest = await Collect([new("a")]);

        Assert.False(run.IsCompleted);
        Assert.Equal((1, 3), (rest.Asked, rest.Reused));
    }

    [Fact]
    public async Task A_failing_platform_is_reported_and_the_others_go_on()
    {
        var outcome = await Collect([new("a") { Fail = 2 }, new("b")]);

        var failure = Assert.Single(outcome.Failures);
        Assert.Equal("engine=a precision=fp32", failure.Platform.ToString());
        Assert.Contains("the driver is gone", failure.Failure, StringComparison.Ordinal);
        Assert.Equal(2 + 4, outcome.Asked);
    }

    [Fact]
    public async Task A_later_run_adds_platforms_to_the_file()
    {
        await Collect([new("a")]);

        var more = await Collect([new("b")]);

        Assert.Equal(["a", "b"], more.Dataset.Platforms.Select(platform => platform.Engine));
    }

    [Fact]
    public async Task Answers_of_another_network_are_not_mixed_in()
    {
        await Collect([new("a")]);

        var wrong = await Assert.ThrowsAsync<HspiException>(() => Collect([new("a") { Network = "other" }]));

        Assert.Contains("another network", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_output_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(Output, "precious", Token);

        await Assert.ThrowsAsync<HspiException>(() => Collect([new("a")]));

        Assert.Equal("precious", await File.ReadAllTextAsync(Output, Token));
    }

    [Fact]
    public async Task A_server_is_asked_again_among_callers_of_our_own_until_it_is_enough()
    {
        List<int> seen = [];
        var crowd = new Crowd(2, MostSamples: 8, rows =>
        {
            seen.Add(rows.Select(row => row.Key).Distinct().Count());
            return seen.Count == 2;
        });
        var server = new Fake("a") { Crowd = crowd };

        var outcome = await Collect([server]);

        // Once alone and twice among callers, who asked too; nothing that they were told is kept.
        Assert.Equal([8, 12], seen);
        Assert.Equal(12, outcome.Asked);
        Assert.InRange(server.Count, 13, 12 + (2 * 2 * 4 * Crowd.MostBeside));
        Assert.Equal([0, 2, 2], outcome.Dataset.Rows.GroupBy(row => row.Sample).OrderBy(sample => sample.Key).Select(sample => Assert.Single(sample.Select(row => row.Callers).Distinct())));
        Assert.Equal(outcome.Dataset.Rows.Select(row => row.Callers), (await DatasetFile.ReadAsync(Output, Token)).Rows.Select(row => row.Callers));
    }

    [Fact]
    public async Task What_was_asked_among_callers_is_not_asked_again()
    {
        Crowd Twice() => new(2, MostSamples: 2, _ => false);
        await Collect([new("a") { Crowd = Twice() }]);

        var again = await Collect([new("a") { Crowd = Twice() }]);

        Assert.Equal((0, 12), (again.Asked, again.Reused));
    }

    [Fact]
    public async Task A_refusal_is_no_answer_the_next_run_asks_again_and_the_answer_takes_its_place()
    {
        var first = await Collect([new("a") { Origin = AnswerOrigin.Endpoint, Refuse = 2 }]);
        var again = await Collect([new("a") { Origin = AnswerOrigin.Endpoint }]);

        Assert.Equal("HTTP 402: no credit", Assert.Single(first.Refused).Unsupported);
        Assert.Equal((1, 3), (again.Asked, again.Reused));
        Assert.Empty(again.Refused);
        Assert.DoesNotContain(again.Dataset.Rows, row => row.Unsupported is not null);
        Assert.Equal(4, again.Dataset.Rows.Select(row => row.Key).Distinct().Count());
    }

    private Task<CollectOutcome> Collect(Fake[] fakes, CancellationToken? token = null) =>
        new Collector([SomeRows.Prompts()], 1, Output, new FixedClock()).RunAsync([.. fakes.Select(fake => fake.Target())], _silent, token ?? Token);

    private sealed class Fake(string engine) : IBackend
    {
        private int _count;

        public Action<int>? Before { get; init; }

        public int Fail { get; init; } = -1;

        public int Hang { get; init; } = -1;

        public int Refuse { get; init; } = -1;

        public AnswerOrigin Origin { get; init; } = AnswerOrigin.Measured;

        public bool Costly { get; init; }

        public string Network { get; init; } = SomeRows.Hash;

        public Crowd? Crowd { get; init; }

        public int Count => _count;

        public TaskCompletionSource Hanging { get; } = new();

        public Platform Platform => SomeRows.Platform(engine);

        public CollectTarget Target() =>
            new(Platform, new AnswerRows(Origin, 20, Network, "host", "library 1", ""), Costly, _ => Task.FromResult<IBackend>(this)) { Crowd = Crowd };

        public async ValueTask<Answer> AskAsync(Probe probe, CancellationToken cancellationToken)
        {
            Before?.Invoke(_count);
            cancellationToken.ThrowIfCancellationRequested();
            if (_count == Hang)
            {
                Hanging.SetResult();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }

            if (Crowd is not null)
            {
                // Long enough for the callers to get a turn.
                await Task.Delay(20, cancellationToken);
            }

            var number = Interlocked.Increment(ref _count) - 1;
            return number == Refuse ? new Answer.Unsupported(probe, "HTTP 402: no credit")
                : number == Fail ? throw new InvalidOperationException("the driver is gone") : SomeRows.Answer(probe, engine[0]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => SomeRows.Time;
    }

    private sealed class Silent : IProgress<CollectProgress>
    {
        public void Report(CollectProgress value) { }
    }
}
