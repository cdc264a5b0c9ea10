using System.Text.Json;
using System.Text.Json.Nodes;
using Hspi.Core.Tests.Networks.Models;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>The owner of a model's file computes references, and judges a server by them that was never enrolled.</summary>
public sealed class ModelTests
{
    private readonly string _folder = TestFolder.New();

    [Fact]
    public async Task A_format_is_confirmed_another_contradicted_and_one_that_was_not_computed_is_unknown()
    {
        var wide = Gguf("wide", 1, values => [.. values.SelectMany(value => BitConverter.GetBytes((Half)value))]);
        var narrow = Gguf("narrow", 8, Bytes);
        await CollectAsync(wide, "wide.parquet");
        await CollectAsync(narrow, "narrow.parquet");
        await using var server = await Served.StartAsync("engine=llama.cpp kernels=kvf16", "--quiet-name", "--model", narrow);

        Assert.Equal("consistent", await VerifyAsync(server, "q8_0", "wide.parquet", "narrow.parquet"));
        Assert.Equal("inconsistent", await VerifyAsync(server, "f16", "wide.parquet", "narrow.parquet"));
        Assert.Equal("unknown", await VerifyAsync(server, "f16", "wide.parquet"));
        Assert.Equal("unknown", await VerifyAsync(server, "q8_0", "wide.parquet"));
    }

    [Fact]
    public async Task A_folder_runs_under_every_runtime_and_its_dataset_is_good()
    {
        var model = new ModelFolder(Config(), seed: 3).Write(Path.Combine(_folder, "folder"));
        var dataset = Path.Combine(_folder, "folder.parquet");

        var collected = await HspiProgram.RunAsync(
            "collect", "--model", model, "--count", "2", "--output", dataset,
            "--platform", "engine=onnxruntime precision=fp32 kernels=opt-all batch=1", "--platform", "engine=emulated device=v100 precision=fp16 kernels=half-logits", "--platform", "engine=llama.cpp kernels=kvf32");

        Assert.True(collected.Code == 0, collected.Error);
        Assert.Contains("3 platforms in 3 classes", collected.Output, StringComparison.Ordinal);
        Assert.Contains("good", (await HspiProgram.RunAsync("dataset", "verify", dataset)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_model_is_refused_before_anything_is_written()
    {
        var file = Path.Combine(_folder, "notes.txt");
        await File.WriteAllTextAsync(file, "no model", TestContext.Current.CancellationToken);
        var output = Path.Combine(_folder, "none.parquet");

        var refused = await HspiProgram.RunAsync("collect", "--model", file, "--platform", "engine=llama.cpp", "--output", output);
        var own = await HspiProgram.RunAsync("collect", "--platform", "engine=llama.cpp", "--output", output);

        Assert.Equal(4, refused.Code);
        Assert.Contains($"{file}: not a language model that can be read. Give a GGUF file", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, own.Code);
        Assert.Contains("give --model FILE.gguf", own.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_real_servers_format_is_met_from_its_file_alone()
    {
        var models = Directory.CreateDirectory(Path.Combine(_folder, "models")).FullName;
        foreach (var name in (string[])["p-F16.gguf", "p-Q8_0.gguf"])
        {
            File.CreateSymbolicLink(Path.Combine(models, name), Path.GetFullPath(Repository.Shared($"models/{name}")));
        }

        var ended = await HspiProgram.RunAsync("evaluate", "computed", Repository.Shared("captures/llama-long.jsonl.xz"), "--models", models, "--json");

        Assert.True(ended.Code == 0, ended.Error);
        using var json = JsonDocument.Parse(ended.Output);
        var pairs = json.RootElement.GetProperty("pairs").EnumerateArray().ToList();
        double Share(string served, string computed)
        {
            var pair = pairs.Single(pair => pair.GetProperty("served").GetString() == served && pair.GetProperty("computed").GetString() == computed);
            return pair.GetProperty("met").GetDouble() / pair.GetProperty("positions").GetInt32();
        }

        Assert.Equal(1, Share("p-F16", "p-F16"));
        Assert.InRange(Share("p-Q8_0", "p-Q8_0"), 0.4, 1);
        Assert.Equal(0, Share("p-F16", "p-Q8_0"));
        Assert.Equal(0, Share("p-Q8_0", "p-F16"));
        Assert.All(pairs, pair => Assert.Equal(pair.GetProperty("prompts").GetInt32(), pair.GetProperty("samePrompts").GetInt32()));
    }

    private static JsonObject Config() => new()
    {
        ["model_type"] = "llama",
        ["hidden_size"] = 32,
        ["num_attention_heads"] = 4,
        ["num_key_value_heads"] = 2,
        ["num_hidden_layers"] = 2,
        ["intermediate_size"] = 64,
        ["vocab_size"] = ModelFolder.Vocabulary,
        ["max_position_embeddings"] = 256,
        ["rms_norm_eps"] = 1e-5,
    };

    // Blocks of 32 signed bytes with a scale in half precision.
    private static byte[] Bytes(float[] values) => [.. values.Chunk(32).SelectMany(block =>
    {
        var scale = (Half)(block.Max(MathF.Abs) / 127);
        return BitConverter.GetBytes(scale).Concat(block.Select(value => (byte)(sbyte)Math.Clamp(MathF.Round(value / (float)scale), -127, 127)));
    })];

    private string Gguf(string name, uint type, Func<float[], byte[]> store)
    {
        var path = Path.Combine(_folder, name + ".gguf");
        File.WriteAllBytes(path, GgufWriter.Llama(new ModelFolder(Config(), seed: 3), type, store).ToArray());
        return path;
    }

    private async Task CollectAsync(string model, string output)
    {
        var ended = await HspiProgram.RunAsync("collect", "--model", model, "--platform", "engine=llama.cpp", "--count", "8", "--output", Path.Combine(_folder, output));
        Assert.True(ended.Code == 0, ended.Error);
    }

    private async Task<string> VerifyAsync(Served server, string precision, params string[] references)
    {
        var evidence = Path.Combine(_folder, $"{Guid.NewGuid():N}.evidence.gz");
        var ended = await HspiProgram.RunAsync(["verify", "--endpoint", server.Address, "--claim", $"precision={precision}", "--json", "--evidence", evidence, "--references", .. references.Select(file => Path.Combine(_folder, file))]);
        using var json = JsonDocument.Parse(ended.Output);
        return json.RootElement.GetProperty("verdict").GetString()!;
    }
}
