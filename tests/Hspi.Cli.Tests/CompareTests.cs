using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

public sealed class CompareTests
{
    private const string Fp16 = "engine=emulated device=h100 precision=fp16 kernels=half-logits";
    private const string Fp8 = "engine=emulated device=h100 precision=fp8 kernels=half-logits";

    private readonly string _folder = TestFolder.New();

    [Fact]
    public async Task One_server_under_two_addresses_is_the_same_and_another_precision_is_different()
    {
        await using var one = await Served.StartAsync(Fp16, "--quiet-name");
        await using var other = await Served.StartAsync(Fp8, "--quiet-name");

        var same = await CompareAsync("same", one.Address, one.Address);
        var different = await CompareAsync("different", one.Address, other.Address);
        var again = await HspiProgram.RunAsync("compare", Evidence("different-a"), Evidence("different-b"), "--json");

        Assert.Equal((0, "same"), (same.Code, Verdict(same)));
        Assert.Equal((1, "different"), (different.Code, Verdict(different)));
        Assert.Contains("the rest is not asked", different.Error, StringComparison.Ordinal);
        Assert.Contains(JsonDocument.Parse(different.Output).RootElement.GetProperty("layers").EnumerateArray(), layer => layer.GetProperty("name").GetString()!.Contains("weights", StringComparison.Ordinal));
        Assert.Equal(different.Output, again.Output);
    }

    [Fact]
    public async Task A_server_is_held_against_what_it_answered_before()
    {
        await using var one = await Served.StartAsync(Fp16, "--quiet-name");
        await CompareAsync("first", one.Address, one.Address);

        var later = await CompareAsync("later", Evidence("first-a"), one.Address);

        Assert.Equal((0, "same"), (later.Code, Verdict(later)));
    }

    [Theory]
    [InlineData("device=h100 precision=fp8 kernels=half-logits", "device=h100 precision=bf16 kernels=half-logits", 1)]
    [InlineData("device=h100 precision=fp16 kernels=half-logits", "device=b200 precision=fp16 kernels=half-logits", 0)] // the same bits
    public async Task Platforms_of_datasets_are_compared_bit_for_bit(string a, string b, int code)
    {
        var dataset = Repository.PathOf("datasets/reference.parquet");

        Assert.Equal(code, (await HspiProgram.RunAsync("compare", dataset, dataset, "--platform-a", a, "--platform-b", b)).Code);
    }

    [Theory]
    [InlineData("no such file", "nowhere.parquet", "nowhere.parquet")]
    [InlineData("one side is one platform", "datasets/reference.parquet", "datasets/reference.parquet")]
    public async Task What_cannot_be_compared_is_said(string expected, string a, string b)
    {
        var ended = await HspiProgram.RunAsync("compare", File.Exists(Repository.PathOf(a)) ? Repository.PathOf(a) : a, File.Exists(Repository.PathOf(b)) ? Repository.PathOf(b) : b);

        Assert.InRange(ended.Code, 2, 4);
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_sends_nothing()
    {
        var ended = await HspiProgram.RunAsync("compare", "http://127.0.0.1:9", "http://127.0.0.1:9/v1", "--dry-run", "--prompts", "2", "--rounds", "1");

        Assert.Equal(0, ended.Code);
        Assert.Contains("Nothing was sent", ended.Error, StringComparison.Ordinal);
        Assert.Contains("POST", ended.Output, StringComparison.Ordinal);
    }

    private string Evidence(string name) => Path.Combine(_folder, name + ".evidence.gz");

    private Task<Ended> CompareAsync(string name, string a, string b) => HspiProgram.RunAsync("compare", a, b, "--json", "--evidence", Path.Combine(_folder, name));

    private static string? Verdict(Ended ended) => JsonDocument.Parse(ended.Output).RootElement.GetProperty("verdict").GetString()?.ToLowerInvariant();
}
