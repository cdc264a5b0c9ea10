using Hspi.Answers;
using Hspi.Cli.Backends;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Backends.Tests.Worker;

public sealed class ChildBackendTests
{
    private static readonly Platform Some = new() { Engine = "onnxruntime" };
    private static readonly Dictionary<string, string> Nothing = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_child_answers_with_the_bits_of_this_process()
    {
        var catalog = PlatformCatalog.Default();
        var offer = catalog.Find("engine=onnxruntime precision=fp16 kernels=opt-all");
        await using var here = catalog.OpenHere(offer.Platform);
        await using var child = new ChildBackend(offer.Platform, Nothing);

        for (var kind = 0; kind < 3; kind++)
        {
            var probe = BackendContract.ProbeOf(kind);
            var (expected, actual) = (await here.AskAsync(probe, Cancellation), await child.AskAsync(probe, Cancellation));

            Assert.Equal(BackendContract.BitsOf(expected), BackendContract.BitsOf(actual));
            Assert.Equal(
                Assert.IsType<Answer.Measured>(expected).Steps.Select(step => (step.TokenId, step.Token)),
                Assert.IsType<Answer.Measured>(actual).Steps.Select(step => (step.TokenId, step.Token)));
        }
    }

    [Fact]
    public async Task A_variable_of_another_platform_is_not_overlooked()
    {
        var offer = PlatformCatalog.Default().Find("engine=torch precision=fp64");
        Assert.SkipWhen(offer.Unavailable is not null, offer.Unavailable ?? "");
        await using var child = new ChildBackend(offer.Platform, new Dictionary<string, string> { ["MKL_CBWR"] = "COMPATIBLE" });

        var failed = await Assert.ThrowsAsync<HspiException>(async () => await child.AskAsync(Question(), Cancellation));

        Assert.Contains("MKL_CBWR", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instruction_that_the_cpu_lacks_is_an_answer()
    {
        await using var child = Shell("kill -ILL $$");

        var answer = await child.AskAsync(Question(), Cancellation);

        Assert.Contains("SIGILL", Assert.IsType<Answer.Unsupported>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_is_reported_with_what_the_child_said()
    {
        await using var child = Shell("echo out of paper >&2; exit 7");

        var failed = await Assert.ThrowsAsync<HspiException>(async () => await child.AskAsync(Question(), Cancellation));

        Assert.Contains("code 7", failed.Message, StringComparison.Ordinal);
        Assert.Contains("out of paper", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_talks_of_other_things_is_not_believed()
    {
        await using var child = Shell("echo hello; sleep 60");

        await Assert.ThrowsAsync<HspiException>(async () => await child.AskAsync(Question(), Cancellation));
    }

    [Fact]
    public async Task Cancelling_ends_a_child_that_hangs()
    {
        await using var child = Shell("sleep 600");
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        soon.CancelAfter(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await child.AskAsync(Question(), soon.Token));
    }

    private static MatmulProbe Question() => new("child/product", 1, 1, 1, 1, 1);

    private static ChildBackend Shell(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The child is played by a shell script.");
        return new ChildBackend(Some, Nothing, command: ["sh", "-c", script]);
    }
}
