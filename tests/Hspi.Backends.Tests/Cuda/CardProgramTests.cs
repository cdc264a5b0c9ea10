using System.Diagnostics;
using Hspi.Backends.Cuda.Card;
using Hspi.Backends.Cuda.Native;
using Hspi.Tests;

namespace Hspi.Backends.Tests.Cuda;

/// <summary>The two programs as a person starts them: hspi-card where the card should be, hspi where its answers come back.</summary>
public sealed class CardProgramTests
{
    [Fact]
    public async Task Without_a_card_every_stage_says_why_and_nothing_is_written()
    {
        Assert.SkipWhen(CudaDriver.TryOpen(out _, out var card, out _), $"this machine has a card: {card?.Name}");
        var folder = Path.Combine(TestFolder.New(), "answers");

        var (code, output, error) = await RunAsync("hspi-card", "run", "--output", folder);

        Assert.Equal(4, code);
        Assert.Empty(output);
        Assert.Equal(
            ["probes", "functions", "instructions", "products", "decoder", "compare"],
            error.TrimEnd().Split('\n').Select(line => line.Split(": unavailable: ")[0]["hspi-card: ".Length..]));
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("run", "--stages", "tea")]
    [InlineData("run", "--cases", "0")]
    [InlineData("run", "--limit", "soon")]
    [InlineData("dance")]
    public async Task Wrong_words_have_their_code(params string[] arguments)
    {
        var (code, output, error) = await RunAsync("hspi-card", arguments);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("hspi-card: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absent_assembler_has_its_code_too()
    {
        var (code, _, error) = await RunAsync("hspi-card", "assemble", "--library", "libhspi-absent.so.1");

        Assert.Equal(4, code);
        Assert.Equal("hspi-card: unavailable: none of libhspi-absent.so.1 is installed on this machine. Give --library the file of libnvJitLink.\n", error);
    }

    [Fact]
    public async Task What_a_made_up_card_answered_comes_back_as_a_dataset_that_names_its_equals()
    {
        var folder = TestFolder.New();
        var (dataset, references) = (Path.Combine(folder, "card.parquet"), Path.Combine(Repository.Root, "datasets", "reference.parquet"));
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Stages = ["decoder"], PromptSeeds = [1, 2], Prompts = 2 });

        var refused = await RunAsync("hspi", "card", "import", Path.Combine(folder, "decoder"), "--output", dataset);
        var (code, output, _) = await RunAsync("hspi", "card", "import", Path.Combine(folder, "decoder"), "--output", dataset, "--references", references, "--samples");
        var verified = await RunAsync("hspi", "dataset", "verify", dataset);

        Assert.Equal(4, refused.Code);
        Assert.Contains("a generated sample, no card answered it", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.StartsWith($"{dataset}: 192 rows, 6 platforms", output, StringComparison.Ordinal);
        Assert.Contains("engine=emulated device=h100 arch=hopper precision=bf16 = engine=made-up version=0 device=made-up-card arch=hopper precision=bf16 batch=1", output, StringComparison.Ordinal);
        Assert.Equal(0, verified.Code);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
