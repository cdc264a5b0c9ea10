using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Recording;
using Hspi.Cuda.Reports;
using Hspi.Networks;
using Hspi.Tests;

namespace Hspi.Cuda.Tests;

/// <summary>The two programs as a person starts them: hspi-card where the card should be, hspi where its answers come back.</summary>
public sealed class CardProgramTests
{
    [Fact]
    [NeedsNoCard]
    public async Task Without_a_card_one_line_says_why_and_nothing_is_written()
    {
        var whyNot = RealCard.AbsenceOrSkip();
        var folder = Path.Combine(TestFolder.New(), "answers");

        var (code, output, error) = await RunAsync("hspi-card", "run", "--output", folder);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Empty(output);
        Assert.Equal($"hspi-card: unavailable: {whyNot}.\n", error);
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Hspi.Card/README.md")]
    public async Task A_readme_lists_every_code_of_both_programs(string readme)
    {
        int[] codes = [.. typeof(ExitCode).GetFields().Select(field => (int)field.GetRawConstantValue()!)];

        var text = await File.ReadAllTextAsync(Path.Combine(Root(), readme), TestContext.Current.CancellationToken);

        var table = text.Split("\n| exit code |")[1].Split("\n\n")[0];
        Assert.Equal(codes, table.Split('\n').Skip(2).Select(row => int.Parse(row.Split('|')[1], CultureInfo.InvariantCulture)));
        Assert.Equal([ExitCode.Good, ExitCode.Inconsistent, ExitCode.Usage, ExitCode.Unknown, ExitCode.Failed, ExitCode.Stopped], codes);
    }

    [Fact]
    public async Task Help_says_every_code_and_every_topic()
    {
        var (code, program, _) = await RunAsync("hspi-card", "--help");
        var (_, run, _) = await RunAsync("hspi-card", "run", "--help");

        Assert.Equal(ExitCode.Good, code);
        Assert.Matches(@"Exit codes: 0 [^,]+, 1 [^,]+, 2 [^,]+, 3 [^,]+, 4 .+, 130 ", Regex.Replace(program, @"\s+", " "));
        Assert.All(CardTopics.All, topic => Assert.Contains($"{topic.Name} (", run, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_asks_all_and_finds_no_difference_is_good()
    {
        var (code, output, error) = await MadeUpRunAsync(TestFolder.New(), "--topics", "functions");

        Assert.True(code == ExitCode.Good, error);
        Assert.StartsWith("GENERATED SAMPLE", output, StringComparison.Ordinal);
    }

    // The first run's card lies in one bit; the second run adds to its report, and shows the sum.
    [Fact]
    public async Task A_card_that_differs_from_the_table_is_inconsistent_to_both_programs()
    {
        var folder = TestFolder.New();
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper, (_, output, word) => output == 5 ? word ^ 1 : word), MadeUp.Options(folder) with { Topics = ["instructions"] });

        var (code, _, error) = await MadeUpRunAsync(folder, "--topics", "functions");

        Assert.True(code == ExitCode.Inconsistent, error);
        Assert.Equal(ExitCode.Inconsistent, (await RunAsync("hspi", "card", "show", Path.Combine(folder, "report.json"))).Code);
    }

    [Fact]
    public async Task What_time_cut_off_leaves_both_programs_undecided()
    {
        var folder = TestFolder.New();

        var (code, output, error) = await MadeUpRunAsync(folder, "--topics", "products", "--limit", "1");

        Assert.True(code == ExitCode.Unknown, error);
        Assert.Contains("products: out of time", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Unknown, (await RunAsync("hspi", "card", "show", Path.Combine(folder, "report.json"))).Code);
    }

    [Fact]
    public async Task A_topic_whose_file_is_damaged_fails_and_costs_the_others_nothing()
    {
        var folder = TestFolder.New();
        var vectors = Path.Combine(folder, "damaged.jsonl");
        await File.WriteAllTextAsync(vectors, "{\"meta\":", TestContext.Current.CancellationToken);

        var (code, output, _) = await MadeUpRunAsync(folder, "--topics", "probes,functions", "--vectors", vectors);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("damaged.jsonl(1)", output, StringComparison.Ordinal);
        Assert.Contains("functions: done", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_report_in_the_folder_is_a_failed_input()
    {
        var folder = TestFolder.New();
        await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), "[]", TestContext.Current.CancellationToken);

        var (code, output, error) = await MadeUpRunAsync(folder, "--topics", "functions");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Empty(output);
        Assert.StartsWith($"hspi-card: {Path.Combine(folder, "report.json")}: not a card report", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_keeps_finished_topics_and_has_its_code()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A signal is sent with kill.");
        var folder = TestFolder.New();
        using var process = Start("hspi-card", ["run", "--made-up", "--output", folder, "--topics", "functions,products"]);
        var cancellationToken = TestContext.Current.CancellationToken;
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line && !line.StartsWith("functions: done", StringComparison.Ordinal))
        {
        }

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);

        Assert.Equal("hspi-card: stopped; finished topics are kept.", (await process.StandardError.ReadToEndAsync(cancellationToken)).TrimEnd());
        await process.WaitForExitAsync(cancellationToken);
        Assert.Equal(ExitCode.Stopped, process.ExitCode);
        Assert.Equal(9, CardReport.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), cancellationToken), "report.json").Functions.Count);
    }

    [Theory]
    [InlineData("run", "--topics", "tea")]
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
        var (dataset, references) = (Path.Combine(folder, "card.parquet"), Path.Combine(NetworkLibrary.DefaultFolder, "datasets", "reference.parquet"));
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Topics = ["decoder"], PromptSeeds = [1, 2], Prompts = 2 });

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

    private static Task<(int Code, string Output, string Error)> MadeUpRunAsync(string folder, params string[] arguments) =>
        RunAsync("hspi-card", ["run", "--made-up", "--output", folder, .. arguments]);

    private static Process Start(string program, string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
