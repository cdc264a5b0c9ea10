using System.Text.Json.Nodes;
using Hspi.Backends;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Models;

namespace Hspi.Core.Tests.Networks.Models;

public sealed class HuggingFaceTests : IDisposable
{
    private static readonly int[] Text = [258, 116, 104, 256, 32, 9, 257, 33, 200, 7, 7, 12];

    private readonly string _folder = Directory.CreateTempSubdirectory("hspi-models-").FullName;

    [Theory]
    [InlineData("llama", """{"tie_word_embeddings": true, "rms_norm_eps": 1e-5}""")]
    [InlineData("llama", """{"rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64.0}}""")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "linear", "factor": 4.0}, "head_dim": 6}""")]
    [InlineData("mistral", """{"sliding_window": 5}""")]
    [InlineData("mistral", """{"sliding_window": null}""")]
    [InlineData("qwen2", """{"tie_word_embeddings": true, "rope_theta": 1000000.0, "sliding_window": 4, "use_sliding_window": false}""")]
    [InlineData("qwen3", """{"head_dim": 8, "rope_theta": 1000000.0}""")]
    [InlineData("gemma2", """{"tie_word_embeddings": true, "head_dim": 8, "sliding_window": 4, "query_pre_attn_scalar": 12.0, "attn_logit_softcapping": 3.0, "final_logit_softcapping": 5.0, "hidden_activation": "gelu_pytorch_tanh"}""")]
    [InlineData("gemma3_text", """{"tie_word_embeddings": true, "head_dim": 8, "num_hidden_layers": 7, "sliding_window": 3, "query_pre_attn_scalar": 8.0, "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": {"rope_type": "linear", "factor": 8.0}}""")]
    public void Each_family_gives_the_logits_of_the_published_formulas(string family, string settings)
    {
        var made = new ModelFolder(Config(family, settings), seed: 5);
        var model = LanguageModels.Open(made.Write(Path.Combine(_folder, family), files: 2));
        var size = DecoderGraph.SizeOf(model.Graph);
        using var network = new GraphSession(model.Graph, Precision.Sequential);

        var whole = new DecoderSession(network, size).Read(Text);
        var stepped = new DecoderSession(network, size);
        var steps = Text.Select(token => stepped.Read([token])[0]).ToList();

        var expected = new PlainDecoder(made).Logits(Text);
        for (var at = 0; at < Text.Length; at++)
        {
            Assert.All(expected[at].Zip(whole[at].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
            Assert.Equal(whole[at].ToArray(), steps[at].ToArray());
        }
    }

    [Fact]
    public void The_hash_is_of_the_contents_and_not_of_the_place()
    {
        var made = new ModelFolder(Config("llama", "{}"), seed: 1);

        var here = LanguageModels.Open(made.Write(Path.Combine(_folder, "here")));
        var there = LanguageModels.Open(made.Write(Path.Combine(_folder, "there")));
        var other = LanguageModels.Open(new ModelFolder(Config("llama", "{}"), seed: 2).Write(Path.Combine(_folder, "other")));

        Assert.Equal(here.Hash, there.Hash);
        Assert.NotEqual(here.Hash, other.Hash);
        Assert.Equal("there", there.Name);
    }

    [Fact]
    public void The_tokenizer_is_the_folders_own()
    {
        var tokenizer = LanguageModels.Open(new ModelFolder(Config("llama", "{}"), seed: 1).Write(Path.Combine(_folder, "t"))).Tokenizer;

        Assert.Equal([258, 257, 32, 116, 195, 169], tokenizer.EncodePrompt("the té"));
        Assert.Equal("the", tokenizer.NameOf(257));
        Assert.Equal(" ", tokenizer.NameOf(32));
        Assert.Equal("<s>", tokenizer.NameOf(258));
        Assert.Empty(tokenizer.BytesOf(258));
        Assert.Equal([(byte)0xC3], tokenizer.BytesOf(195));
        Assert.Equal("", tokenizer.NameOf(195));
        Assert.True(tokenizer.Ends(259));
    }

    [Theory]
    [InlineData("config.json", null, "no config.json")]
    [InlineData("config.json", "[1]", "no JSON object")]
    [InlineData("config.json", """{"model_type": "mamba"}""", "a model of the type \"mamba\" is not read")]
    [InlineData("config.json", """{"model_type": "llama"}""", "\"hidden_size\" is missing")]
    [InlineData("config.json", """{"model_type": "llama", "hidden_size": 16, "num_attention_heads": 3, "num_hidden_layers": 1, "num_key_value_heads": 2, "vocab_size": 300, "intermediate_size": 8}""", "make no decoder")]
    [InlineData("config.json", """{"model_type": "llama", "hidden_size": 32, "num_attention_heads": 4, "num_hidden_layers": 1, "num_key_value_heads": 2, "vocab_size": 300, "intermediate_size": 24}""", "of different models")]
    [InlineData("config.json", """{"model_type": "llama", "hidden_size": 16, "num_attention_heads": 4, "num_hidden_layers": 9, "num_key_value_heads": 2, "vocab_size": 300, "intermediate_size": 24, "head_dim": 4}""", "model.layers.2.input_layernorm.weight\" are missing")]
    [InlineData("model.safetensors", null, "no *.safetensors")]
    [InlineData("model.safetensors", "version https://git-lfs", "a pointer of Git LFS")]
    [InlineData("tokenizer.json", null, "no tokenizer.json")]
    [InlineData("tokenizer.json", """{"model": {"type": "Unigram"}}""", "put that file beside it")]
    public void What_is_missing_or_damaged_is_said(string file, string? content, string said)
    {
        var folder = new ModelFolder(Config("llama", "{}"), seed: 1).Write(Path.Combine(_folder, "damaged"));
        if (content is null)
        {
            File.Delete(Path.Combine(folder, file));
        }
        else
        {
            File.WriteAllText(Path.Combine(folder, file), content);
        }

        var error = Assert.Throws<HspiException>(() => LanguageModels.Open(folder));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_part_of_a_model_in_several_files_is_named()
    {
        var folder = new ModelFolder(Config("llama", "{}"), seed: 1).Write(Path.Combine(_folder, "parts"), files: 3);
        File.Delete(Path.Combine(folder, "model-00002-of-00003.safetensors"));

        Assert.Contains("model-00002-of-00003.safetensors", Assert.Throws<HspiException>(() => LanguageModels.Open(folder)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static JsonObject Config(string family, string more)
    {
        var config = new JsonObject
        {
            ["model_type"] = family,
            ["hidden_size"] = 16,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["num_hidden_layers"] = 2,
            ["intermediate_size"] = 24,
            ["vocab_size"] = ModelFolder.Vocabulary,
            ["max_position_embeddings"] = 64,
            ["eos_token_id"] = 259,
            ["rms_norm_eps"] = 1e-6,
        };
        foreach (var (key, value) in JsonNode.Parse(more)!.AsObject())
        {
            config[key] = value?.DeepClone();
        }

        return config;
    }
}
