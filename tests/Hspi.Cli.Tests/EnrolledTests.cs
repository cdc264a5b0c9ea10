using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>The whole road: platforms are enrolled, a server is judged by them.</summary>
public sealed class EnrolledTests : IAsyncLifetime
{
    private const string Served8 = "engine=onnxruntime precision=int8-dynamic kernels=per-tensor";
    private const string NeverEnrolled = "engine=onnxruntime precision=int8-dynamic kernels=per-column";

    private readonly string _folder = TestFolder.New();

    private string Dataset => Path.Combine(_folder, "enrolled.parquet");

    public async ValueTask InitializeAsync()
    {
        var ended = await HspiProgram.RunAsync(
            "collect", "--probes", "random-words", "--count", "6", "--output", Dataset,
            "--platform", Served8,
            "--platform", "engine=onnxruntime precision=fp32 kernels=opt-all batch=1",
            "--platform", "engine=onnxruntime precision=fp16 kernels=opt-all batch=1");
        Assert.True(ended.Code == 0, ended.Error);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_enrolled_platform_is_identified_its_true_claim_consistent_and_a_false_one_not()
    {
        await using var server = await Served.StartAsync(Served8, "--quiet-name");

        var open = await VerifyAsync(server.Address, "open");
        var right = await VerifyAsync(server.Address, "right", "--claim", "engine=onnxruntime precision=int8");
        var wrong = await VerifyAsync(server.Address, "wrong", "--claim", "engine=onnxruntime precision=fp32");

        Assert.Equal((0, "identified"), (open.Code, Verdict(open)));
        Assert.Contains("int8-dynamic", First(open), StringComparison.Ordinal);
        Assert.Equal((0, "consistent"), (right.Code, Verdict(right)));
        Assert.Equal((1, "inconsistent"), (wrong.Code, Verdict(wrong)));
        Assert.Equal(wrong.Output, (await HspiProgram.RunAsync("replay", Evidence("wrong"), "--json")).Output);
    }

    [Theory]
    [InlineData("6")]
    [InlineData("8")]
    public async Task Rounded_digits_still_identify_it(string decimals)
    {
        await using var server = await Served.StartAsync(Served8, "--quiet-name", "--decimals", decimals);

        Assert.Equal("identified", Verdict(await VerifyAsync(server.Address, "rounded")));
    }

    [Fact]
    public async Task Three_decimals_are_too_few_to_name_anybody()
    {
        await using var server = await Served.StartAsync(Served8, "--quiet-name", "--decimals", "3");

        Assert.Equal("unknown", Verdict(await VerifyAsync(server.Address, "coarse")));
    }

    [Fact]
    public async Task A_platform_that_was_never_enrolled_is_unknown_whatever_is_claimed()
    {
        await using var server = await Served.StartAsync(NeverEnrolled, "--quiet-name");

        var open = await VerifyAsync(server.Address, "open");
        var claimed = await VerifyAsync(server.Address, "claimed", "--claim", "engine=onnxruntime precision=fp32");

        Assert.Equal((3, "unknown"), (open.Code, Verdict(open)));
        Assert.Equal("never enrolled", First(open));
        Assert.Equal((3, "unknown"), (claimed.Code, Verdict(claimed)));
    }

    private Task<Ended> VerifyAsync(string address, string name, params string[] more) =>
        HspiProgram.RunAsync(["verify", "--endpoint", address, "--references", Dataset, "--evidence", Evidence(name), "--json", .. more]);

    private string Evidence(string name) => Path.Combine(_folder, name + ".evidence.gz");

    private static string Verdict(Ended ended) => JsonDocument.Parse(ended.Output).RootElement.GetProperty("verdict").GetString()!;

    private static string First(Ended ended) => JsonDocument.Parse(ended.Output).RootElement.GetProperty("ranking")[0].GetProperty("platform").GetString()!;
}
