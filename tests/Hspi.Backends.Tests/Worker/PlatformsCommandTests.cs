using System.Diagnostics;
using System.Text.Json;
using Hspi.Cli.Backends;

namespace Hspi.Backends.Tests.Worker;

/// <summary>The program as a user starts it.</summary>
public sealed class PlatformsCommandTests
{
    [Fact]
    public async Task The_list_as_json_holds_every_platform_and_whether_it_can_run()
    {
        var (code, output, _) = await RunAsync([], "platforms", "--json");

        using var json = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        Assert.Equal(
            PlatformCatalog.Default().List().Select(offer => (offer.Platform.ToString(), offer.Unavailable is null)),
            json.RootElement.EnumerateArray().Select(one => (one.GetProperty("platform").GetString()!, one.GetProperty("available").GetBoolean())));
    }

    [Fact]
    public async Task Listing_loads_no_runtime()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Asks glibc's loader what it loads.");

        var (_, _, loaded) = await RunAsync(new() { ["LD_DEBUG"] = "files" }, "platforms");

        Assert.Contains("libcoreclr", loaded, StringComparison.Ordinal); // the loader did tell
        Assert.DoesNotContain("libtorch", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("libonnxruntime", loaded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "platforms", "precision=fp3")]
    [InlineData(2, "platforms", "colour=blue")]
    [InlineData(2, "networks", "train", "--threads", "0")]
    [InlineData(4, "networks", "train", "--words", "/nowhere/words.txt")]
    public async Task Wrong_words_and_missing_files_have_their_codes(int expected, params string[] arguments)
    {
        var (code, output, error) = await RunAsync([], arguments);

        Assert.Equal(expected, code);
        Assert.Empty(output);
        Assert.StartsWith("hspi: ", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(PlatformCatalog).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
