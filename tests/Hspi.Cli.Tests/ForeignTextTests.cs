using System.Globalization;
using System.Text.Json;
using Hspi.Datasets;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>Every control, directional and invisible character through every command that prints what a stranger wrote.</summary>
public sealed class ForeignTextTests
{
    private readonly string _folder = TestFolder.New();

    [Fact]
    public async Task An_error_of_an_endpoint_forges_no_line()
    {
        await using var server = HostileServer.Start("forged-error");

        Harmless(await HspiProgram.RunAsync("verify", "--endpoint", server.Url, "--evidence", At("error.gz")), visible: true);
        Harmless(await HspiProgram.RunAsync("collect", "--endpoint", server.Url, "--platform", "engine=x", "--output", At("error.parquet")), visible: true);
        Harmless(await HspiProgram.RunAsync("explain", At("error.gz")), visible: true);
    }

    [Fact]
    public async Task An_answer_forges_no_line_in_any_report()
    {
        await using var server = HostileServer.Start("forged-answer");

        Harmless(await HspiProgram.RunAsync("verify", "--endpoint", server.Url, "--evidence", At("run.gz"), "--html", At("report.html")));
        Harmless(await HspiProgram.RunAsync("replay", At("run.gz")));
        Harmless(await HspiProgram.RunAsync("explain", At("run.gz")), visible: true);
        Harmless(await HspiProgram.RunAsync("inspect", At("run.gz")), visible: true);
        Harmless(new Ended(0, await File.ReadAllTextAsync(At("report.html"), TestContext.Current.CancellationToken), ""), visible: true);
        foreach (var command in (string[])["replay", "inspect"])
        {
            var ended = await HspiProgram.RunAsync(command, At("run.gz"), "--json");
            Harmless(ended);
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(ended.Output).RootElement.ValueKind);
        }

        var inspected = JsonDocument.Parse((await HspiProgram.RunAsync("inspect", At("run.gz"), "--json")).Output).RootElement;
        Assert.Contains(inspected.GetProperty("pooled").GetProperty("models").EnumerateArray(), model => model.GetString() == HostileServer.ForgedName);
    }

    [Fact]
    public async Task Columns_of_a_dataset_forge_no_line()
    {
        var hash = new string('a', 64);
        await DatasetFile.WriteAsync(
            At("foreign.parquet"),
            [new DatasetRow { Engine = "e" + Forged, Device = Forged, OriginWord = "endpoint", ProbeSet = Forged, ProbeId = Forged, ProbeHash = hash, Unsupported = Forged, Network = Forged, Host = Forged }],
            TestContext.Current.CancellationToken);

        foreach (var words in (string[][])
        [
            ["dataset", "info", At("foreign.parquet")], ["dataset", "info", "--json", At("foreign.parquet")], ["dataset", "verify", At("foreign.parquet")], ["dataset", "verify", "--json", At("foreign.parquet")],
        ])
        {
            Harmless(await HspiProgram.RunAsync(words), visible: true);
        }
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("inspect", "--json")]
    [InlineData("replay")]
    [InlineData("explain")]
    [InlineData("dataset", "info")]
    [InlineData("dataset", "merge", "--output", "x.parquet")]
    [InlineData("units", "check")]
    [InlineData("units", "check", "--json")]
    [InlineData("units", "identify")]
    [InlineData("signatures", "explain")]
    [InlineData("card", "import", "--output", "x.parquet")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("probes", "show")]
    [InlineData("platforms")]
    public async Task The_name_of_a_file_and_what_is_wrong_in_it_forge_no_line(params string[] words)
    {
        // Every character that a file name can have.
        var file = At(HostileServer.ForgedName.Replace("\0", "", StringComparison.Ordinal) + ".jsonl");
        await File.WriteAllTextAsync(file, $"{{\"id\":{JsonSerializer.Serialize(Forged)},\"{Forged}\n", TestContext.Current.CancellationToken);

        Harmless(await HspiProgram.RunAsync([.. words, file]));
    }

    private static string Forged => HostileServer.Forged;

    private string At(string name) => Path.Combine(_folder, name);

    private static void Harmless(Ended ended, bool visible = false)
    {
        var shown = ended.Output + ended.Error;
        Assert.DoesNotContain("\nverdict: consistent", "\n" + shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Enumerable.Range(0, shown.Length), i => shown[i] != '\n' && CharUnicodeInfo.GetUnicodeCategory(shown, i)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        Assert.True(!visible || shown.Contains("\\u202e", StringComparison.Ordinal), shown);
        Assert.True(ended.Code is 0 or 1 or 2 or 3 or 4, $"{ended.Code}: {shown}");
    }
}
