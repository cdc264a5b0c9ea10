using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

public sealed class CollectTests
{
    private readonly string _folder = TestFolder.New();

    [Fact]
    public async Task A_dataset_is_collected_checked_learned_from_and_not_collected_twice()
    {
        var file = Path.Combine(_folder, "a.parquet");
        string[] collect =
        [
            "collect", "--probes", "random-words", "--count", "8", "--top", "20", "--time", "2026-11-24T00:00:00Z", "-o", file,
            "--platform", "engine=emulated device=a100 kernels=half-logits", "--platform", "engine=emulated device=v100",
        ];

        var first = await HspiProgram.RunAsync(collect);
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var second = await HspiProgram.RunAsync(collect);
        var check = await HspiProgram.RunAsync("dataset", "verify", file);
        var info = await HspiProgram.RunAsync("dataset", "info", file, "--json");
        var train = await HspiProgram.RunAsync("train", file, "--trainer", "ml.net", "--aspect", "precision", "-o", Path.Combine(_folder, "trained"));
        var evaluate = await HspiProgram.RunAsync("evaluate", file, "--model", Path.Combine(_folder, "trained", "precision-gaps-ml.net"), "--json");

        Assert.Equal((0, 0, 0, 0, 0, 0), (first.Code, second.Code, check.Code, info.Code, train.Code, evaluate.Code));
        Assert.Contains("0 answers asked for, 32 kept", second.Output, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(4, JsonDocument.Parse(info.Output).RootElement.GetProperty("platforms").GetInt32());
        Assert.True(JsonDocument.Parse(evaluate.Output).RootElement.GetProperty("heldOut").GetProperty("samples").GetInt32() > 0);
    }

    [Theory]
    [InlineData("collect", "--all", "--probes", "nonsense", "-o", "x.parquet")]
    [InlineData("collect", "-o", "x.parquet")]
    [InlineData("collect", "--platform", "engine=nonsense", "-o", "x.parquet")]
    [InlineData("collect", "--platform", "engine=emulated kernels=nonsense_unit", "-o", "x.parquet")]
    [InlineData("collect", "--platform", "engine=emulated device=h100 parallel=splitk=0", "-o", "x.parquet")]
    [InlineData("units", "identify", "engine=emulated device=h100 arch=hopper precision=fp8")]
    [InlineData("collect", "--platforms", "engine=nonsense", "-o", "x.parquet")]
    [InlineData("collect", "--endpoint", "http://127.0.0.1:1", "-o", "x.parquet")]
    [InlineData("collect", "--endpoint", "http://127.0.0.1:1", "--platform", "engine=vllm", "--platform", "engine=sglang", "-o", "x.parquet")]
    [InlineData("collect", "--endpoint", "http://127.0.0.1:1", "--platform", "colour=red", "-o", "x.parquet")]
    [InlineData("probes", "show", "nonsense")]
    [InlineData("probes", "generate", "random-words", "--count", "0")]
    public async Task A_wrong_word_is_code_2_and_says_what_is_known(params string[] arguments)
    {
        var ended = await HspiProgram.RunAsync(arguments);

        Assert.Equal(2, ended.Code);
        Assert.StartsWith("hspi: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_called_a_folder_and_not_a_damaged_dataset()
    {
        var ended = await HspiProgram.RunAsync("dataset", "info", _folder);

        Assert.Equal(4, ended.Code);
        Assert.Contains("is a folder", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dataset", "info")]
    [InlineData("dataset", "verify")]
    [InlineData("train")]
    public async Task A_file_that_is_no_dataset_is_code_4(params string[] arguments)
    {
        var file = Path.Combine(_folder, "b.parquet");
        await File.WriteAllTextAsync(file, "PAR1 or not", TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync([.. arguments, file]);

        Assert.Equal(4, ended.Code);
        Assert.Contains(file, ended.Error, StringComparison.Ordinal);
    }
}
