using Hspi.Answers;
using Hspi.Cli.Backends;

namespace Hspi.Backends.Tests.Onnx;

public sealed class OnnxTelemetryTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("hspi-home-").FullName;

    // ONNX Runtime 1.31 leaves .cache/Microsoft/DeveloperTools/.onnxruntime behind when its telemetry is on.
    [Fact]
    public async Task Nothing_is_left_in_the_home_of_a_process_that_ran_onnx_runtime()
    {
        var platform = PlatformCatalog.Default().Find("engine=onnxruntime precision=fp32 kernels=opt-basic").Platform;
        var environment = new Dictionary<string, string> { ["HOME"] = _home, ["XDG_CACHE_HOME"] = Path.Combine(_home, "cache"), ["ORT_DISABLE_TELEMETRY"] = "" };
        await using (var child = new ChildBackend(platform, environment))
        {
            Assert.IsType<Answer.Measured>(await child.AskAsync(BackendContract.ProbeOf(0), TestContext.Current.CancellationToken));
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories), file => file.Contains("onnxruntime", StringComparison.OrdinalIgnoreCase) || file.Contains("Microsoft", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
