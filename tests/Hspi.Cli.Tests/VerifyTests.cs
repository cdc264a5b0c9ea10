using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>`hspi verify` and `hspi replay` against real and false endpoints.</summary>
public sealed class VerifyTests
{
    private const string Bf16 = "engine=torch precision=bf16 kernels=written-out batch=1";
    private const string Fp32 = "engine=onnxruntime precision=fp32 kernels=opt-all batch=1";

    private readonly string _folder = TestFolder.New();

    [Fact]
    public async Task A_true_claim_is_consistent_and_a_false_one_inconsistent_and_replay_says_the_same_in_every_byte()
    {
        if ((await HspiProgram.RunAsync("platforms", Bf16)).Output is var offer && !offer.StartsWith("yes", StringComparison.Ordinal))
        {
            Assert.Skip($"libtorch does not load here: {offer}");
        }

        await using var server = await Served.StartAsync(Bf16, "--quiet-name");

        var right = await VerifyAsync(server.Address, "right", "--claim", "precision=bf16");
        var wrong = await VerifyAsync(server.Address, "wrong", "--claim", "precision=fp32");

        Assert.Equal((0, "consistent"), (right.Code, Verdict(right)));
        Assert.Equal((1, "inconsistent"), (wrong.Code, Verdict(wrong)));
        var again = await HspiProgram.RunAsync("replay", Evidence("wrong"), "--json");
        Assert.Equal(wrong.Output, again.Output);
        Assert.Equal(1, again.Code);
        Assert.Contains("precision=fp32: contradicted", (await HspiProgram.RunAsync("explain", Evidence("wrong"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_of_which_nothing_is_enrolled_is_unknown_and_its_json_has_every_field()
    {
        await using var server = await Served.StartAsync(Fp32, "--quiet-name");

        var ended = await VerifyAsync(server.Address, "free");

        Assert.Equal(3, ended.Code);
        var report = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal("unknown", report.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Array, report.GetProperty("ranking").ValueKind);
        Assert.Contains(report.GetProperty("readings").EnumerateArray(), one => one.GetProperty("aspect").GetString() == "head");
        Assert.InRange(report.GetProperty("cost").GetProperty("calls").GetInt32(), 1, 20);
        Assert.True(report.GetProperty("cost").GetProperty("tokens").GetInt64() > 0);
    }

    [Fact]
    public async Task The_limit_of_calls_is_hard_and_a_resumed_run_pays_for_nothing_twice()
    {
        await using var server = await Served.StartAsync(Fp32, "--quiet-name");

        var first = await VerifyAsync(server.Address, "short", "--max-calls", "5");
        var resumed = await HspiProgram.RunAsync("verify", "--endpoint", server.Address, "--resume", Evidence("short"), "--json");
        var whole = await VerifyAsync(server.Address, "whole");

        Assert.Equal(5, Calls(first));
        Assert.Equal(Calls(whole), Calls(resumed));
        Assert.Contains("The limit of 5 calls is reached", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("The limit of 5 calls is reached", resumed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_sends_nothing()
    {
        await using var endpoint = ScriptedServer.Answering("");

        var ended = await HspiProgram.RunAsync("verify", "--endpoint", endpoint.Url, "--dry-run", "--price-in", "1", "--price-out", "2");

        Assert.Equal((0, 0), (ended.Code, endpoint.Requests.Count));
        Assert.Contains("$", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_server_dies_names_its_evidence_and_goes_on_from_there()
    {
        var dead = true;
        var calls = 0;
        await using var endpoint = ScriptedServer.Answering(_ => Task.FromResult(Interlocked.Increment(ref calls) > 4 && Volatile.Read(ref dead) ? "" : ScriptedServer.Response(
            """{"object":"text_completion","model":"m","choices":[{"index":0,"text":" a","logprobs":{"tokens":[" a"],"token_logprobs":[-0.25],"top_logprobs":[{" a":-0.25,"b":-2.5,"c":-2.75,"d":-3.5,"e":-4.5}]},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""")));

        var broken = await VerifyAsync(endpoint.Url, "dies");
        Volatile.Write(ref dead, false);
        var resumed = await HspiProgram.RunAsync("verify", "--endpoint", endpoint.Url, "--resume", Evidence("dies"), "--json");

        Assert.Equal((4, ""), (broken.Code, broken.Output));
        Assert.Contains($"--resume {Evidence("dies")}", broken.Error, StringComparison.Ordinal);
        Assert.Equal(3, resumed.Code);
        Assert.Equal(calls, Calls(resumed));
        Assert.StartsWith("verdict: unknown", (await HspiProgram.RunAsync("replay", Evidence("dies"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_is_no_answer_that_a_resumed_run_keeps()
    {
        await using var endpoint = ScriptedServer.Answering(request => Task.FromResult(request.Contains("right-key-0123456789", StringComparison.Ordinal)
            ? ScriptedServer.Response("""{"object":"text_completion","model":"m","choices":[{"index":0,"text":" a","logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""")
            : ScriptedServer.Response("""{"error":{"message":"bad key"}}""", 401)));

        var refused = await VerifyAsync(endpoint.Url, "locked");
        var resumed = await HspiProgram.RunAsync(
            new Dictionary<string, string> { ["HSPI_API_KEY"] = "right-key-0123456789" }, "verify", "--endpoint", endpoint.Url, "--resume", Evidence("locked"), "--json");

        Assert.Equal(4, refused.Code);
        Assert.Contains("bad key", refused.Error, StringComparison.Ordinal);
        Assert.Equal(3, resumed.Code);
    }

    [Fact]
    public async Task A_refused_connection_is_a_failure()
    {
        var ended = await HspiProgram.RunAsync("verify", "--endpoint", "http://127.0.0.1:1", "--evidence", Evidence("refused"));

        Assert.Equal(4, ended.Code);
        Assert.Contains("refused", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>welcome</html>", "")]
    [InlineData(200, "application/json", "{\"error\":{\"message\":\"no credit\"}}", "")]
    [InlineData(401, "application/json", "{\"error\":{\"message\":\"bad key\"}}", "")]
    [InlineData(302, "text/plain", "", "Location: http://192.0.2.1/v1/\r\n")]
    public async Task An_endpoint_that_cannot_be_used_is_a_failure(int status, string type, string body, string headers)
    {
        await using var endpoint = ScriptedServer.Answering(ScriptedServer.Response(body, status, $"Content-Type: {type}\r\n{headers}"));

        var ended = await VerifyAsync(endpoint.Url, "useless");

        Assert.Equal(4, ended.Code);
        Assert.Equal("", ended.Output);
    }

    [Fact]
    public async Task An_endpoint_without_logprobs_is_unknown()
    {
        await using var endpoint = ScriptedServer.Answering(ScriptedServer.Response(
            "{\"object\":\"text_completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\" Paris\",\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1}}"));

        var ended = await VerifyAsync(endpoint.Url, "silent", "--claim", "engine=vllm precision=bf16 gpu=h100");

        Assert.Equal((3, "unknown"), (ended.Code, Verdict(ended)));
        Assert.Contains("not visible from here", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_artifact_holds_the_key_and_nothing_of_an_endpoint_becomes_markup()
    {
        const string Key = "sk-very-secret-0123456789";
        await using var endpoint = ScriptedServer.Answering(ScriptedServer.Response(
            "{\"object\":\"text_completion\",\"model\":\"<script>alert('" + Key + "')</script>\",\"choices\":[{\"index\":0,\"text\":\" Paris\",\"finish_reason\":\"length\"}]}"));
        var html = Path.Combine(_folder, "key.html");

        var ended = await HspiProgram.RunAsync(
            new Dictionary<string, string> { ["HSPI_API_KEY"] = Key }, "verify", "--endpoint", endpoint.Url, "--evidence", Evidence("key"), "--html", html, "--json");

        var page = await File.ReadAllTextAsync(html, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Key, page + ended.Output + ended.Error + Unzipped(Evidence("key")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("verify", "--endpoint", "ftp://host")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--claim", "colour=red")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--claim", "precision=banana")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--max-calls", "0")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--budget-usd", "1")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--timeout", "0")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--timeout", "3601")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--idle-timeout", "-1")]
    [InlineData("verify", "--endpoint", "http://127.0.0.1:1", "--dialect", "klingon")]
    [InlineData("nonsense")]
    public async Task Wrong_words_are_a_usage_error(params string[] arguments)
    {
        var ended = await HspiProgram.RunAsync(arguments);

        Assert.Equal(2, ended.Code);
        Assert.StartsWith("hspi: ", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing is here", false)]
    [InlineData("no gzip", true)]
    public async Task A_file_that_is_no_evidence_is_a_failure(string content, bool exists)
    {
        var path = Path.Combine(_folder, "other.gz");
        if (exists)
        {
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        }

        Assert.Equal(4, (await HspiProgram.RunAsync("replay", path)).Code);
    }

    [Fact]
    public async Task Verify_loads_no_native_runtime()
    {
        var release = new TaskCompletionSource();
        await using var endpoint = ScriptedServer.Answering(async _ =>
        {
            await release.Task;
            return "";
        });
        using var process = HspiProgram.Start(new Dictionary<string, string>(), "verify", "--endpoint", endpoint.Url, "--evidence", Evidence("maps"));
        while (endpoint.Requests.IsEmpty)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var maps = await File.ReadAllTextAsync($"/proc/{process.Id}/maps", TestContext.Current.CancellationToken);
        process.Kill();
        release.SetResult();

        Assert.Contains("libcoreclr", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("libonnxruntime", maps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_quick()
    {
        var best = TimeSpan.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            var started = TimeProvider.System.GetTimestamp();
            Assert.Equal(0, (await HspiProgram.RunAsync("--help")).Code);
            var took = TimeProvider.System.GetElapsedTime(started);
            best = took < best ? took : best;
        }

        // 0.2 s on an idle core; the rest is for the tests that run beside this one.
        Assert.True(best < TimeSpan.FromSeconds(1), $"{best.TotalSeconds} s");
    }

    private Task<Ended> VerifyAsync(string address, string name, params string[] more) =>
        HspiProgram.RunAsync(["verify", "--endpoint", address, "--evidence", Evidence(name), "--json", .. more]);

    private string Evidence(string name) => Path.Combine(_folder, name + ".evidence.gz");

    private static string Verdict(Ended ended) => JsonDocument.Parse(ended.Output).RootElement.GetProperty("verdict").GetString()!;

    private static int Calls(Ended ended) => JsonDocument.Parse(ended.Output).RootElement.GetProperty("cost").GetProperty("calls").GetInt32();

    private static string Unzipped(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
