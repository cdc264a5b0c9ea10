using Hspi.Cuda.Cards;
using Hspi.Cuda.Reports;
using Hspi.Datasets;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>From the rows that a card's host brings back to a verdict. The rows are made up: an emulated card answered, and no file says otherwise.</summary>
public sealed class CardTests : IAsyncLifetime
{
    private const string Emulated = "engine=emulated device=h100 arch=hopper precision=fp8";

    private readonly string _folder = TestFolder.New();

    private string Rows => Path.Combine(_folder, "rows.jsonl");

    private string Imported => Path.Combine(_folder, "card.parquet");

    private string Enrolled => Path.Combine(_folder, "enrolled.parquet");

    public async ValueTask InitializeAsync()
    {
        var ended = await HspiProgram.RunAsync(
            "collect", "--probes", "random-words", "--count", "4", "--output", Enrolled,
            "--platform", Emulated, "--platform", "engine=emulated device=h100 arch=hopper precision=bf16");
        Assert.True(ended.Code == 0, ended.Error);
        var rows = await DatasetFile.ReadAsync(Enrolled, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Rows, CardRows.Write(CardOrigin.Sample, rows.Rows.Select(row => row with { Engine = "made-up", Device = "made-up-card" })), TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_imported_card_names_its_equals_and_is_a_reference_that_verify_judges_by()
    {
        var refused = await HspiProgram.RunAsync("card", "import", Rows, "--output", Imported);
        var imported = await HspiProgram.RunAsync("card", "import", Rows, "--output", Imported, "--samples", "--references", Enrolled);
        await using var server = await Served.StartAsync(Emulated, "--quiet-name");
        var right = await VerifyAsync(server.Address, "right", "device=made-up-card precision=fp8");
        var wrong = await VerifyAsync(server.Address, "wrong", "device=made-up-card precision=bf16");

        Assert.Equal(4, refused.Code);
        Assert.Contains("no card answered it", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, imported.Code);
        Assert.Contains($"the same bits: {Emulated} = engine=made-up ", imported.Output, StringComparison.Ordinal);
        Assert.True(right.Code == 0, right.Output + right.Error);
        Assert.StartsWith("verdict: consistent", right.Output, StringComparison.Ordinal);
        Assert.True(wrong.Code == 1, wrong.Output + wrong.Error);
        Assert.Contains("device=made-up-card: supported", wrong.Output, StringComparison.Ordinal);
        Assert.Contains("precision=bf16: contradicted", wrong.Output, StringComparison.Ordinal);
    }

    private Task<Ended> VerifyAsync(string address, string name, string claim) => HspiProgram.RunAsync(
        "verify", "--endpoint", address, "--references", Imported, "--claim", claim, "--evidence", Path.Combine(_folder, name + ".evidence.gz"));
}
