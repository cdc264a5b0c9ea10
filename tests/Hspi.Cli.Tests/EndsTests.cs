using System.Diagnostics;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>How the program ends where it cannot write, cannot read, or is told to stop.</summary>
public sealed class EndsTests
{
    private readonly string _folder = TestFolder.New();

    [Theory]
    [InlineData("verify --endpoint URL --evidence A.gz > /dev/full")]
    [InlineData("verify --endpoint URL --evidence B.gz --json > /dev/full")]
    [InlineData("verify --endpoint URL --evidence C.gz --html /dev/full")]
    [InlineData("verify --endpoint URL --evidence /proc/none/x.gz")]
    [InlineData("collect --endpoint URL --callers 0 --count 2 --platform engine=x --output /dev/full")]
    [InlineData("collect --endpoint URL --callers 0 --count 2 --platform engine=x --output /proc/x.parquet")]
    [InlineData("collect --endpoint URL --callers 0 --count 2 --platform engine=x --output D.parquet > /dev/full")]
    [InlineData("dataset merge DATA --output /dev/full")]
    [InlineData("dataset info DATA > /dev/full")]
    [InlineData("units list > /dev/full")]
    [InlineData("inspect DATA > /dev/full")]
    public async Task A_full_disk_is_a_failure_with_words(string command)
    {
        await using var server = HostileServer.Start("good");

        var ended = await ShellAsync(command, server.Url, "");

        Assert.True(ended.Code == 4, $"{ended.Code}: {ended.Error}");
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify --endpoint URL --evidence small/a.gz --html small/a.html")]
    [InlineData("collect --endpoint URL --callers 0 --count 24 --platform engine=x --output small/b.parquet")]
    [InlineData("dataset merge DATA --output small/c.parquet")]
    [InlineData("train DATA --aspect precision --trainer ml.net --output small/d")]
    [InlineData("compare URL URL --evidence small/e")]
    [InlineData("check determinism URL --callers 0 --evidence small/f.gz")]
    public async Task A_disk_that_fills_up_in_the_middle_leaves_words_and_no_half_of_a_file(string command)
    {
        await using var server = HostileServer.Start("good");
        Directory.CreateDirectory(Path.Combine(_folder, "small"));
        const string Small = "unshare -rm bash -c 'mount -t tmpfs -o size=8k none small || exit 9; \"$0\" \"$@\"; code=$?; ls -R small >&2; exit $code' ";

        var ended = await ShellAsync(command, server.Url, "", before: Small);

        Assert.SkipWhen(ended.Code == 9 || ended.Error.Contains("unshare", StringComparison.Ordinal), "This machine lets nobody mount a small disk of their own.");
        Assert.True(ended.Code == 4, $"{ended.Code}: {ended.Error}");
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\.(draft|new)\n", ended.Error);
    }

    [Theory]
    [InlineData("units list >&-")]
    [InlineData("dataset info DATA >&-")]
    [InlineData("verify --endpoint URL --evidence H.gz >&-")]
    [InlineData("collect --endpoint URL --callers 0 --count 2 --platform engine=x --output I.parquet >&-")]
    public async Task A_closed_output_is_a_failure_with_words(string command)
    {
        await using var server = HostileServer.Start("good");

        var ended = await ShellAsync(command, server.Url, "");

        Assert.Equal(4, ended.Code);
        Assert.Contains("standard output cannot be written", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_found_before_anything_is_asked()
    {
        await using var server = HostileServer.Start("good");
        File.WriteAllText(Path.Combine(_folder, "file"), "");

        var collected = await ShellAsync("collect --endpoint URL --platform engine=x --output file/x.parquet", server.Url, "");
        var verified = await ShellAsync("verify --endpoint URL --evidence E.gz --html file/x.html", server.Url, "");

        Assert.Equal((4, 4, 0), (collected.Code, verified.Code, server.Requests.Count));
    }

    [Fact]
    public async Task A_device_is_written_and_never_replaced()
    {
        await ShellAsync("dataset merge DATA --output /dev/null", "", "");

        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.Contains("character", (await ShellAsync("list", "", "; stat -c %F /dev/null")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_collections_of_one_output_are_never_at_once()
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var good = HostileServer.Cases["good"]();
        await using var server = ScriptedServer.Answering(async request =>
        {
            asked.TrySetResult();
            await answer.Task;
            return good(request);
        });

        var first = ShellAsync("collect --endpoint URL --callers 0 --count 2 --platform engine=x --output F.parquet", server.Url, "");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var second = await ShellAsync("collect --endpoint URL --callers 0 --count 2 --platform engine=x --output F.parquet", server.Url, "");
        answer.SetResult();

        Assert.Equal((0, 4), ((await first).Code, second.Code));
        Assert.Contains("is writing it now", second.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("explain")]
    [InlineData("inspect")]
    [InlineData("dataset info")]
    [InlineData("units check")]
    public async Task A_pipe_that_nobody_writes_hears_CtrlC(string command)
    {
        var watch = Stopwatch.StartNew();

        var ended = await ShellAsync($"{command} pipe & sleep 2; kill -INT $!; wait $!", "", "", before: "set -m; mkfifo pipe; ");

        Assert.Equal(130, ended.Code);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    private async Task<Ended> ShellAsync(string command, string url, string after, string before = "")
    {
        var line = $"{before}\"$0\" {command.Replace("URL", url, StringComparison.Ordinal).Replace("DATA", Repository.PathOf("datasets/reference.parquet"), StringComparison.Ordinal)}{after}";
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        Array.ForEach(["-c", line, HspiProgram.FilePath], start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        return new Ended(process.ExitCode, await output, await error);
    }
}
