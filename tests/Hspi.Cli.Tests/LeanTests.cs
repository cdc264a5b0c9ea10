using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>The lean program, which a buyer downloads, beside the whole one: what it can do it does alike, the rest it names.</summary>
public sealed class LeanTests
{
    private static readonly FileInfo Lean = new(Path.Combine(Path.GetDirectoryName(HspiProgram.FilePath)!, "../lean/hspi/hspi"));

    private static readonly string Data = Path.Combine(Lean.DirectoryName!, "data");

    public LeanTests() => Assert.SkipUnless(Lean.Exists, "The lean program is not built. `make lean` builds it.");

    [Fact]
    public void It_is_one_file_and_its_data_under_70_megabytes()
    {
        Assert.Equal(["data", "hspi"], Lean.Directory!.EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.InRange(Lean.Directory.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 0, 70_000_000);
    }

    [Fact]
    public async Task A_buyer_with_the_lean_program_sees_what_the_readme_shows()
    {
        var folder = TestFolder.New();

        // The buyer does not run what needs the libraries of local platforms; the provider does.
        await ReadmeTests.RunSessionAsync(folder, command => command is "collect" or "serve" ? HspiProgram.FilePath : Lean.FullName);

        foreach (var evidence in Directory.GetFiles(folder, "*.evidence.gz"))
        {
            await BothSayAsync("explain", evidence);
            await BothSayAsync("replay", evidence, "--json");
        }
    }

    [Theory]
    [InlineData("evaluate", "datasets/reference.parquet", "--model", "trained/precision-gaps-ml.net", "--json")]
    [InlineData("evaluate", "datasets/reference.parquet", "--model", "trained/precision-gaps-torch", "--json")]
    [InlineData("units", "list")]
    [InlineData("signatures", "check")]
    [InlineData("probes", "list")]
    public Task It_says_what_the_whole_program_says(params string[] arguments) =>
        BothSayAsync([.. arguments.Select(word => word.Contains('/', StringComparison.Ordinal) ? Path.Combine(Data, word) : word)]);

    [Fact]
    public async Task Its_emulated_units_answer_in_the_bits_of_the_whole_program()
    {
        var folder = TestFolder.New();
        string[] CollectInto(string name) =>
            ["collect", "--count", "1", "--platform", "engine=emulated device=h100 precision=bf16 kernels=half-logits", "--time", "2026-01-01T00:00:00Z", "--output", Path.Combine(folder, name)];

        Assert.Equal(0, (await HspiProgram.RunAsync(CollectInto("whole"))).Code);
        Assert.Equal(0, (await HspiProgram.RunAsync(Lean, CollectInto("lean"))).Code);

        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(folder, "whole"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Path.Combine(folder, "lean"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("serve", "--platform", "engine=torch")]
    [InlineData("train", "nowhere.parquet")]
    [InlineData("networks", "train", "--seed", "1")]
    [InlineData("collect", "--platform", "engine=torch precision=bf16", "--output", "nowhere.parquet")]
    [InlineData("platforms", "engine=onnxruntime,precision=fp32")]
    public async Task What_needs_more_says_in_one_line_which_archive_has_it(params string[] arguments)
    {
        var ended = await HspiProgram.RunAsync(Lean, arguments);

        Assert.Equal(2, ended.Code);
        Assert.Matches(@"^hspi: [^\n]*\bhspi-\d+\.\d+\.\d+-linux-x64\.tar\.gz\b[^\n]*\n$", ended.Error);
    }

    [Fact]
    public async Task The_list_of_platforms_names_the_runtimes_that_are_left_out()
    {
        var ended = await HspiProgram.RunAsync(Lean, "platforms");

        Assert.Equal(0, ended.Code);
        Assert.Matches(@"(?m)^no   engine=torch\n.*\bhspi-\S+-linux-x64\.tar\.gz\b", ended.Output);
        Assert.Matches(@"(?m)^no   engine=onnxruntime\n.*\bhspi-\S+-linux-x64\.tar\.gz\b", ended.Output);
        Assert.Contains("yes  engine=emulated device=h100", ended.Output, StringComparison.Ordinal);
    }

    private static async Task BothSayAsync(params string[] arguments)
    {
        var whole = await HspiProgram.RunAsync(arguments);
        var lean = await HspiProgram.RunAsync(Lean, arguments);

        Assert.NotEmpty(whole.Output);
        Assert.Equal(whole, lean);
    }
}
