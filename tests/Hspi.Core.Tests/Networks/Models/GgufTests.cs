using Hspi.Backends;
using Hspi.Core.Tests.Fuzzing;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Models;

namespace Hspi.Core.Tests.Networks.Models;

public sealed class GgufTests : IDisposable
{
    private static readonly int[] Text = [1, 265, 100, 7, 3, 3, 299];
    private static readonly ModelFolder Made = new(HuggingFaceTests.Config("llama", """{"tie_word_embeddings": true, "head_dim": null}"""), seed: 7);

    private readonly string _folder = Directory.CreateTempSubdirectory("hspi-gguf-").FullName;

    [Fact]
    public void A_file_gives_the_logits_of_the_published_formulas()
    {
        var model = LanguageModels.Open(Write(GgufWriter.Llama(Made, 0, GgufWriter.Bytes).ToArray()));
        using var network = new GraphSession(model.Graph, Precision.Sequential);

        var logits = new DecoderSession(network, DecoderGraph.SizeOf(model.Graph)).Read(Text);

        var expected = new PlainDecoder(Made).Logits(Text);
        for (var at = 0; at < Text.Length; at++)
        {
            Assert.All(expected[at].Zip(logits[at].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
        }

        Assert.Equal("f32", model.Precision);
        Assert.Equal(WeightFormat.F32, model.Stored["layer_1/down"]);
        Assert.Equal(WeightFormat.F32, model.Stored[DecoderGraph.Head]);
    }

    [Fact]
    public void Its_tokenizer_merges_by_score_and_spells_the_rest_in_bytes()
    {
        var tokenizer = LanguageModels.Open(Write(GgufWriter.Llama(Made, 0, GgufWriter.Bytes).ToArray())).Tokenizer;

        // A space is put before the text; "é" is no piece, so its two bytes are.
        Assert.Equal([1, 265, 264, 3 + 0xC3, 3 + 0xA9, 266], tokenizer.EncodePrompt("the thé\n"));
        Assert.Equal(" the", tokenizer.NameOf(265));
        Assert.Equal("A", tokenizer.NameOf(3 + 'A'));
        Assert.Equal("", tokenizer.NameOf(1));
        Assert.True(tokenizer.Ends(2));
        Assert.Equal(6, tokenizer.CountPrompt("the thé\n"));
    }

    [Fact]
    public void Half_precision_is_read_exactly_and_named()
    {
        var model = LanguageModels.Open(Write(GgufWriter.Llama(Made, 1, values => [.. values.SelectMany(value => BitConverter.GetBytes((Half)value))]).ToArray()));

        var read = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(model.Graph.Graph.Initializers["embedding"].Data.Span).ToArray();

        Assert.Equal("f16", model.Precision);
        Assert.Equal(Made.Weights["model.embed_tokens.weight"].Values.Select(value => (float)(Half)value), read);
    }

    [Theory]
    [InlineData("general.architecture", "mamba", "the family \"mamba\" is not read")]
    [InlineData("llama.rope.scaling.type", "yarn", "scaled by \"yarn\"")]
    [InlineData("tokenizer.ggml.model", "bert", "a tokenizer \"bert\"")]
    public void What_is_not_read_is_said(string key, string value, string said)
    {
        // The last of two settings of one name would be an error of its own.
        var writer = GgufWriter.Llama(Made, 0, GgufWriter.Bytes).Replace(key, value);

        Assert.Contains(said, Assert.Throws<HspiException>(() => LanguageModels.Open(Write(writer.ToArray()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_that_are_not_read_are_named_with_those_that_are()
    {
        var writer = GgufWriter.Llama(Made, 10, values => new byte[values.Length]);

        var error = Assert.Throws<HspiException>(() => LanguageModels.Open(Write(writer.ToArray())));

        Assert.Contains("ggml's type 10", error.Message, StringComparison.Ordinal);
        Assert.Contains("q8_0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_says_what_to_give()
    {
        var file = Write([1, 2, 3]);

        Assert.Contains("Give a GGUF file", Assert.Throws<HspiException>(() => LanguageModels.Open(file)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<HspiException>(() => LanguageModels.Open(file + ".absent")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_model_files_are_read_or_refused()
    {
        var good = GgufWriter.Llama(Made, 0, GgufWriter.Bytes).ToArray();
        var weights = Made.Write(Path.Combine(_folder, "good"));
        string[] parts = ["config.json", "model.safetensors", "tokenizer.json"];
        var files = parts.Select(part => File.ReadAllBytes(Path.Combine(weights, part))).ToList();
        DamagedInputs.Run("models", DamagedInputs.Cases / 16, 11, mutator =>
        {
            var part = mutator.Next(parts.Length + 1);
            if (part == parts.Length)
            {
                Run(Write(mutator.Bytes(good)));
                return;
            }

            var damaged = Path.Combine(weights, parts[part]);
            File.WriteAllBytes(damaged, mutator.Bytes(files[part]));
            try
            {
                Run(weights);
            }
            finally
            {
                File.WriteAllBytes(damaged, files[part]);
            }
        }, refused => refused is HspiException);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Run(string path)
    {
        var model = LanguageModels.Open(path);
        var prompt = model.Tokenizer.EncodePrompt("the cat");
        using var network = new GraphSession(model.Graph, Precision.Sequential);
        _ = new DecoderSession(network, DecoderGraph.SizeOf(model.Graph)).Read(prompt);
        _ = model.Tokenizer.NameOf(5);
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "model.gguf");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
