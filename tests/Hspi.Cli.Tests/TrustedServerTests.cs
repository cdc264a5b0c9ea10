using System.Text;
using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>References made from a server that the buyer trusts, as src/Hspi.Cli/Verifying/README.md says.</summary>
public sealed class TrustedServerTests
{
    private const string Fp16 = "engine=onnxruntime precision=fp16 kernels=opt-all batch=1";
    private const string Fp32 = "engine=onnxruntime precision=fp32 kernels=opt-all batch=1";

    private readonly string _folder = TestFolder.New();

    [Fact]
    public async Task Two_enrolled_servers_judge_a_third_and_another_dialect_is_said()
    {
        await using (var trusted = await Served.StartAsync(Fp32, "--quiet-name"))
        {
            Assert.Equal(0, (await CollectAsync(trusted.Address, "engine=onnxruntime precision=fp32")).Code);
        }

        await using var other = await Served.StartAsync(Fp16, "--quiet-name");
        var before = await VerifyAsync(other.Address, "before", "--claim", "precision=fp32");
        Assert.Equal(0, (await CollectAsync(other.Address, "engine=onnxruntime precision=fp16")).Code);

        var wrong = await VerifyAsync(other.Address, "wrong", "--claim", "precision=fp32");
        var right = await VerifyAsync(other.Address, "right", "--claim", "precision=fp16");
        var chat = await VerifyAsync(other.Address, "chat", "--claim", "precision=fp16", "--dialect", "openai-chat");

        // With fp32 alone enrolled nobody knows what fp16 answers: it could be an fp32 of another kind.
        Assert.Equal((3, "unknown"), (before.Code, Verdict(before)));
        Assert.Equal((1, "inconsistent"), (wrong.Code, Verdict(wrong)));
        Assert.Equal((0, "consistent"), (right.Code, Verdict(right)));
        Assert.DoesNotContain("--dialect", right.Output, StringComparison.Ordinal);
        Assert.Contains("Ask it with --dialect openai-completions", chat.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_true_claim_is_not_confirmed_while_the_server_is_silent_on_one_question()
    {
        await using var server = await Served.StartAsync(Fp32, "--quiet-name");
        Assert.Equal(0, (await CollectAsync(server.Address, "engine=onnxruntime precision=fp32")).Code);
        using var http = new HttpClient();
        var calls = 0;
        await using var choosy = ScriptedServer.Answering(
            request => ForwardAsync(http, server.Address, request),
            stalls: _ => Interlocked.Increment(ref calls) == 7);

        var silent = await VerifyAsync(choosy.Url, "silent", "--claim", "precision=fp32", "--idle-timeout", "2");
        var resumed = await HspiProgram.RunAsync(
            "verify", "--endpoint", choosy.Url, "--references", Dataset, "--claim", "precision=fp32", "--resume", Path.Combine(_folder, "silent.gz"), "--json");

        Assert.Equal((3, "unknown"), (silent.Code, Verdict(silent)));
        Assert.Contains("has no usable numbers, so nothing is confirmed", silent.Output, StringComparison.Ordinal);
        Assert.Equal((0, "consistent"), (resumed.Code, Verdict(resumed)));
    }

    [Fact]
    public async Task A_server_that_scores_prompts_is_judged_by_hundreds_of_positions_of_a_few_calls()
    {
        var local = await HspiProgram.RunAsync("collect", "--probes", "scored-words", "--platform", Fp32, "--platform", Fp16, "--output", Dataset);
        Assert.Equal(0, local.Code);
        await using var server = await Served.StartAsync(Fp16, "--quiet-name");
        Assert.Equal(0, (await HspiProgram.RunAsync("collect", "--endpoint", server.Address, "--probes", "scored-words", "--callers", "0", "--platform", "engine=x", "--output", Path.Combine(_folder, "served.parquet"))).Code);
        using var http = new HttpClient();
        await using var mute = ScriptedServer.Answering(request => ForwardAsync(http, server.Address, request.Replace("\"echo\":true", "\"echo\":false", StringComparison.Ordinal)));

        var right = await VerifyAsync(server.Address, "right", "--claim", "precision=fp16");
        var wrong = await VerifyAsync(server.Address, "wrong", "--claim", "precision=fp32");
        var unscored = await VerifyAsync(mute.Url, "mute", "--claim", "precision=fp16");
        var served = await HspiProgram.RunAsync("verify", "--endpoint", server.Address, "--references", Path.Combine(_folder, "served.parquet"), "--claim", "engine=x", "--evidence", Path.Combine(_folder, "served.gz"), "--json");

        Assert.Equal(("consistent", "inconsistent", "consistent"), (Verdict(right), Verdict(wrong), Verdict(served)));
        Assert.True(JsonDocument.Parse(right.Output).RootElement.GetProperty("references")[0].GetProperty("compared").GetInt32() > 5000);
        Assert.Equal("unknown", Verdict(unscored));
        Assert.Contains("an answer without scores of the prompt", unscored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recordings_are_no_references_and_the_message_says_how_to_make_some()
    {
        var recording = Path.Combine(_folder, "recorded.json");
        await File.WriteAllTextAsync(recording, "{}", TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync("verify", "--endpoint", "http://127.0.0.1:1", "--references", recording);

        Assert.Equal(4, ended.Code);
        Assert.Contains("hspi collect --endpoint URL --count 24", ended.Error, StringComparison.Ordinal);
    }

    private string Dataset => Path.Combine(_folder, "trusted.parquet");

    private static async Task<string> ForwardAsync(HttpClient http, string address, string request)
    {
        var words = request.Split(' ', 3);
        var body = request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        using var message = new HttpRequestMessage(new HttpMethod(words[0]), new Uri(new Uri(address), words[1]));
        message.Content = body.Length > 0 ? new StringContent(body, Encoding.UTF8, "application/json") : null;
        using var response = await http.SendAsync(message);
        return ScriptedServer.Response(await response.Content.ReadAsStringAsync(), (int)response.StatusCode);
    }

    private Task<Ended> CollectAsync(string address, string platform) => HspiProgram.RunAsync(
        "collect", "--endpoint", address, "--count", "12", "--platform", platform, "--output", Dataset);

    private Task<Ended> VerifyAsync(string address, string name, params string[] more) => HspiProgram.RunAsync(
        ["verify", "--endpoint", address, "--references", Dataset, "--evidence", Path.Combine(_folder, name + ".gz"), "--json", .. more]);

    private static string Verdict(Ended ended) => JsonDocument.Parse(ended.Output).RootElement.GetProperty("verdict").GetString()!;
}
