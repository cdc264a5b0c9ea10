using System.Text.Json;

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
}
