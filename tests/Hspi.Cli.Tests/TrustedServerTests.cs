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
            Assert.Equal(0, (await CollectAsync(trusted, "engine=onnxruntime precision=fp32")).Code);
        }

        await using var other = await Served.StartAsync(Fp16, "--quiet-name");
        var before = await VerifyAsync(other, "before", "--claim", "precision=fp32");
        Assert.Equal(0, (await CollectAsync(other, "engine=onnxruntime precision=fp16")).Code);

        var wrong = await VerifyAsync(other, "wrong", "--claim", "precision=fp32");
        var right = await VerifyAsync(other, "right", "--claim", "precision=fp16");
        var chat = await VerifyAsync(other, "chat", "--claim", "precision=fp16", "--dialect", "openai-chat");

        // With fp32 alone enrolled nobody knows what fp16 answers: it could be an fp32 of another kind.
        Assert.Equal((3, "unknown"), (before.Code, Verdict(before)));
        Assert.Equal((1, "inconsistent"), (wrong.Code, Verdict(wrong)));
        Assert.Equal((0, "consistent"), (right.Code, Verdict(right)));
        Assert.DoesNotContain("--dialect", right.Output, StringComparison.Ordinal);
        Assert.Contains("Ask it with --dialect openai-completions", chat.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recordings_are_no_references_and_the_message_says_how_to_make_some()
    {
        var recording = Path.Combine(_folder, "recorded.json");
        await File.WriteAllTextAsync(recording, "{}", TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync("verify", "--endpoint", "http://127.0.0.1:1", "--references", recording);

        Assert.Equal(4, ended.Code);
        Assert.Contains("hspi collect --endpoint URL --count 12", ended.Error, StringComparison.Ordinal);
    }

    private Task<Ended> CollectAsync(Served server, string platform) => HspiProgram.RunAsync(
        "collect", "--endpoint", server.Address, "--count", "12", "--platform", platform, "--output", Path.Combine(_folder, "trusted.parquet"));

    private Task<Ended> VerifyAsync(Served server, string name, params string[] more) => HspiProgram.RunAsync(
        ["verify", "--endpoint", server.Address, "--references", Path.Combine(_folder, "trusted.parquet"), "--evidence", Path.Combine(_folder, name + ".gz"), "--json", .. more]);

    private static string Verdict(Ended ended) => JsonDocument.Parse(ended.Output).RootElement.GetProperty("verdict").GetString()!;
}
