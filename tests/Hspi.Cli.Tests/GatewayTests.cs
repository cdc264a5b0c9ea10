using System.Diagnostics;
using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>Servers of ours behind gateways: what <c>hspi evaluate gateway</c> plays on all platforms, on two.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task Gateways_that_change_the_print_are_not_accused_and_those_that_change_the_server_do_not_pass()
    {
        string[] honest = ["honest", "fields reversed", "float16 print", "4 decimals", "hidden system prompt", "429 now and then"];
        string[] lies = ["narrower precision", "50 % narrower precision"];
        string[] silent = ["silent half: HTTP 400", "silent half: no logprobs", "silent half: error in a 200", "silent half: no choice"];
        var run = await HspiProgram.RunAsync(
            ["evaluate", "gateway", "--json", "--platform", "engine=emulated,device=h100,precision=fp16,kernels=half-logits", "engine=emulated,device=h100,precision=fp8,kernels=half-logits", "--arm", .. honest, .. lies, .. silent]);

        Assert.Equal(0, run.Code);
        var scores = JsonDocument.Parse(run.Output).RootElement.EnumerateArray().ToDictionary(score => score.GetProperty("arm").GetString()!, StringComparer.Ordinal);
        int Of(string arm, string field) => scores[arm].GetProperty(field).GetInt32();
        Assert.Equal([.. honest, .. lies, .. silent], scores.Keys);
        Assert.Equal(2, Of("honest", "consistent"));
        Assert.Equal(2, Of("fields reversed", "consistent"));
        Assert.All(honest, arm => Assert.Equal((2, 0), (Of(arm, "audits"), Of(arm, "inconsistent"))));
        Assert.All(lies, arm => Assert.Equal((1, 1), (Of(arm, "audits"), Of(arm, "inconsistent"))));
        Assert.All(silent, arm => Assert.Equal((1, 0), (Of(arm, "audits"), Of(arm, "consistent"))));
    }

    [Fact]
    public async Task A_busy_server_is_recognised_by_what_it_printed_among_callers()
    {
        var run = await HspiProgram.RunAsync(
            ["evaluate", "gateway", "--json", "--platform", "engine=emulated,device=h100,precision=fp16", "engine=emulated,device=h100,precision=bf16", "--arm", "busy, 4 callers"]);

        Assert.Equal(0, run.Code);
        var score = Assert.Single(JsonDocument.Parse(run.Output).RootElement.EnumerateArray());
        Assert.Equal(0, score.GetProperty("inconsistent").GetInt32());
        // The precision is recognised; which device it is cannot be, because no other was enrolled.
        Assert.All(score.GetProperty("notRight").EnumerateArray(), missed => Assert.Contains("precision=", missed.GetProperty("reason").GetString()!.Split("is supported")[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_real_server_is_started_from_its_path_and_put_behind_gateways()
    {
        // Stands for llama-server: takes its words, and computes each file's format as one of our emulated cards does.
        var folder = TestFolder.New();
        var program = Path.Combine(folder, "llama-server");
        await File.WriteAllTextAsync(
            program,
            $$"""
            #!/bin/bash
            case "$2" in *F16.gguf) precision=fp16;; *) precision=fp8;; esac
            [ "$1 $3 $5" = "-m --host --port" ] && exec "{{HspiProgram.FilePath}}" serve --quiet-name --port "$6" --platform "engine=emulated,device=h100,precision=$precision,kernels=half-logits"
            """,
            TestContext.Current.CancellationToken);
        using (var chmod = Process.Start("chmod", ["+x", program]))
        {
            await chmod.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var run = await HspiProgram.RunAsync(
            "evaluate", "gateway", "--json", "--llama-server", program, "--gguf", Path.Combine(folder, "m-F16.gguf"), Path.Combine(folder, "m-Q8_0.gguf"), "--arm", "honest", "busy, 2 callers", "narrower precision");

        Assert.True(run.Code == 0, run.Error);
        var scores = JsonDocument.Parse(run.Output).RootElement.EnumerateArray().ToDictionary(score => score.GetProperty("arm").GetString()!, StringComparer.Ordinal);
        Assert.Equal((2, 2), (scores["honest"].GetProperty("consistent").GetInt32(), scores["busy, 2 callers"].GetProperty("consistent").GetInt32()));
        Assert.Equal((1, 1), (scores["narrower precision"].GetProperty("audits").GetInt32(), scores["narrower precision"].GetProperty("inconsistent").GetInt32()));
    }

    [Theory]
    [InlineData("--llama-server", "x")]
    [InlineData("--gguf", "x-F16.gguf")]
    public async Task A_real_server_needs_its_program_and_its_files(params string[] words) =>
        Assert.Equal(2, (await HspiProgram.RunAsync(["evaluate", "gateway", .. words])).Code);
}
