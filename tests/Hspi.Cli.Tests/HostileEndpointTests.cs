using System.Diagnostics;
using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>The program against endpoints that mean harm, under a limit of memory that the system sets.</summary>
public sealed class HostileEndpointTests
{
    private const int MostMemoryKiB = 512 << 10;

    private readonly string _folder = TestFolder.New();

    public static TheoryData<string> Cases => [.. HostileServer.Cases.Keys.Where(name => name != "slow-limit")];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_endpoint_crashes_a_command_or_takes_more_than_512_MB(string name)
    {
        await using var server = HostileServer.Start(name);

        await WithinMemoryAsync("verify", "--endpoint", server.Url, "--claim", "precision=bf16", "--max-time", "60", "--evidence", At("run.gz"));
        await WithinMemoryAsync("collect", "--endpoint", server.Url, "--count", "3", "--callers", "0", "--platform", "engine=x", "--output", At("enrolled.parquet"));
        await WithinMemoryAsync("check", "determinism", server.Url, "--prompts", "2", "--callers", "0", "--max-time", "60", "--evidence", At("check.gz"));
        if (File.Exists(At("run.gz")))
        {
            await WithinMemoryAsync("replay", At("run.gz"));
            await WithinMemoryAsync("explain", At("run.gz"));
            await WithinMemoryAsync("inspect", At("run.gz"));
        }
    }

    [Theory]
    [InlineData("no-credit")]
    [InlineData("bad-request")]
    [InlineData("missing")]
    [InlineData("error-in-200")]
    [InlineData("empty-choices")]
    public async Task What_a_server_refuses_stays_open_and_is_asked_again(string name)
    {
        await using (var server = HostileServer.Start(name))
        {
            var refused = await CollectAsync(server.Url);
            Assert.Equal(4, refused.Code);
        }

        await using var good = HostileServer.Start("good");
        var before = JsonDocument.Parse((await HspiProgram.RunAsync("dataset", "info", "--json", At("enrolled.parquet"))).Output).RootElement;
        var again = await CollectAsync(good.Url);
        var after = JsonDocument.Parse((await HspiProgram.RunAsync("dataset", "info", "--json", At("enrolled.parquet"))).Output).RootElement;

        Assert.Equal(name == "no-credit" ? 0 : 7, before.GetProperty("refused").GetInt32());
        Assert.Equal((0, 0, 8), (again.Code, after.GetProperty("refused").GetInt32(), after.GetProperty("rows").GetInt32()));
    }

    [Fact]
    public async Task A_refused_key_costs_one_call_and_its_variable_is_named()
    {
        await using var server = HostileServer.Start("refused-key");

        var ended = await HspiProgram.RunAsync(
            new Dictionary<string, string> { ["MY_KEY"] = "sk-0123456789" }, "verify", "--endpoint", server.Url, "--api-key-env", "MY_KEY", "--evidence", At("key.gz"));

        Assert.Equal((4, 1), (ended.Code, server.Requests.Count));
        Assert.Contains("MY_KEY", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://user:hunter2-hunter2@bad host")]
    [InlineData("ftp://user:hunter2-hunter2@host/x")]
    [InlineData("user:hunter2-hunter2@host")]
    [InlineData("https://user:p/hunter2-hunter2@host")]
    [InlineData("bad?api_key=hunter2-hunter2")]
    [InlineData("ftp://h/?x-api-key=hunter2-hunter2&client_secret=hunter2-hunter2")]
    public async Task No_form_of_a_wrong_address_shows_its_secret(string address)
    {
        foreach (var words in (string[][])[["collect", "--platform", "engine=x", "--output", At("x.parquet")], ["verify"]])
        {
            var ended = await HspiProgram.RunAsync([.. words, "--endpoint", address]);

            Assert.Equal(2, ended.Code);
            Assert.DoesNotContain("hunter2", ended.Output + ended.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_proxy_of_the_environment_sees_a_key_in_clear()
    {
        await using var proxy = HostileServer.Start("good");
        await using var server = HostileServer.Start("good");
        var environment = new Dictionary<string, string> { ["http_proxy"] = proxy.Url, ["HTTP_PROXY"] = proxy.Url, ["HSPI_API_KEY"] = "sk-0123456789" };

        await HspiProgram.RunAsync(environment, "verify", "--endpoint", server.Url, "--evidence", At("loopback.gz"));
        await HspiProgram.RunAsync(environment, "verify", "--endpoint", "http://no-such-host.invalid", "--evidence", At("remote.gz"));
        Assert.Empty(proxy.Requests);

        var asked = await HspiProgram.RunAsync(environment, "verify", "--endpoint", "http://no-such-host.invalid", "--proxy", proxy.Url, "--evidence", At("asked.gz"));
        Assert.NotEmpty(proxy.Requests);
        Assert.Contains($"through the proxy {proxy.Url}", asked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_with_a_named_model_prints_each_body_that_is_sent()
    {
        await using var server = HostileServer.Start("good");
        string[] words = ["verify", "--endpoint", server.Url, "--model", "m"];

        var dry = await HspiProgram.RunAsync([.. words, "--dry-run"]);
        await HspiProgram.RunAsync([.. words, "--evidence", At("sent.gz")]);

        var printed = dry.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 3)).Select(line => $"{line[0]} {new Uri(line[1]).PathAndQuery} {line[2]}").ToHashSet();
        Assert.NotEmpty(server.Requests);
        Assert.All(server.Requests, request => Assert.Contains(
            $"{request.Split(' ')[0]} {request.Split(' ')[1]} {request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]}", printed));
    }

    [Fact]
    public async Task The_seed_of_every_run_is_said_and_random_draws_another()
    {
        await using var server = HostileServer.Start("good");

        var usual = await HspiProgram.RunAsync("verify", "--endpoint", server.Url, "--dry-run");
        var drawn = await HspiProgram.RunAsync("verify", "--endpoint", server.Url, "--dry-run", "--seed", "random");

        Assert.Contains("a provider may know these questions", usual.Error, StringComparison.Ordinal);
        Assert.Contains("asks the same questions again", drawn.Error, StringComparison.Ordinal);
        Assert.NotEqual(usual.Output, drawn.Output);
    }

    [Theory]
    [InlineData("--budget-usd", "-1")]
    [InlineData("--budget-usd", "1,5")]
    [InlineData("--max-time", "0")]
    [InlineData("--seed", "-3")]
    public async Task A_limit_that_is_none_is_refused(string option, string value) =>
        Assert.Equal(2, (await HspiProgram.RunAsync("verify", "--endpoint", "http://127.0.0.1:1", "--price-in", "1", "--price-out", "1", option, value)).Code);

    [Fact]
    public async Task Pauses_that_a_server_asks_for_end_with_the_time_of_the_run()
    {
        await using var server = HostileServer.Start("slow-limit");
        var watch = Stopwatch.StartNew();

        var ended = await HspiProgram.RunAsync("verify", "--endpoint", server.Url, "--max-time", "20", "--evidence", At("slow.gz"));

        Assert.Equal(3, ended.Code);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40));
        Assert.Contains("The limit of 20 s for the whole run is reached", ended.Output, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private Task<Ended> CollectAsync(string url) => HspiProgram.RunAsync(
        "collect", "--endpoint", url, "--model", "m", "--callers", "0", "--count", "4", "--platform", "engine=x precision=bf16", "--output", At("enrolled.parquet"));

    /// <summary>Runs with as much writable memory as the system grants under a limit, and looks at the most that was ever used.</summary>
    private static async Task WithinMemoryAsync(params string[] words)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Data, not address space: .NET reserves much that it never uses. Half as much again, because what is counted is what is promised.
        string[] all = ["-c", $"ulimit -d {MostMemoryKiB * 3 / 2}; exec \"$@\"", "bash", HspiProgram.FilePath, .. words];
        Array.ForEach(all, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var most = 0;
        for (var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken); !ended.IsCompleted; await Task.WhenAny(ended, Task.Delay(20, TestContext.Current.CancellationToken)))
        {
            most = Math.Max(most, PeakKiB(process.Id));
        }

        Assert.True(process.ExitCode is 0 or 1 or 3 or 4, $"{string.Join(' ', words)}: {process.ExitCode}: {await error}{(await output)[..Math.Min(500, (await output).Length)]}");
        Assert.InRange(most, 0, MostMemoryKiB);
    }

    private static int PeakKiB(int process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])).FirstOrDefault();
        }
        catch (IOException)
        {
            return 0; // it ended
        }
    }
}
