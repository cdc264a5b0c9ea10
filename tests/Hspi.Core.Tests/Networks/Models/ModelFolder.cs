using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hspi.Core.Tests.Networks.Models;

/// <summary>A language model with small random weights, written as a Hugging Face folder.</summary>
internal sealed class ModelFolder
{
    public const int Vocabulary = 300;

    private readonly Dictionary<string, (int[] Shape, float[] Values)> _weights = new(StringComparer.Ordinal);

    public ModelFolder(JsonObject config, int seed)
    {
        Config = config;
        var chance = new Random(seed);
        var (width, layers, hidden) = (Whole("hidden_size"), Whole("num_hidden_layers"), Whole("intermediate_size"));
        var (heads, keys, head) = (Whole("num_attention_heads"), Whole("num_key_value_heads"), HeadWidth);
        void Put(string name, double deviation, params int[] shape)
        {
            var values = new float[shape.Aggregate(1, (product, extent) => product * extent)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(deviation * (chance.NextDouble() + chance.NextDouble() - 1));
            }

            _weights[name] = (shape, values);
        }

        Put("model.embed_tokens.weight", 0.5, Vocabulary, width);
        for (var layer = 0; layer < layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            Put(prefix + "input_layernorm.weight", 0.7, width);
            Put(prefix + "self_attn.q_proj.weight", 0.4, heads * head, width);
            Put(prefix + "self_attn.k_proj.weight", 0.4, keys * head, width);
            Put(prefix + "self_attn.v_proj.weight", 0.4, keys * head, width);
            Put(prefix + "self_attn.o_proj.weight", 0.4, width, heads * head);
            Put(prefix + "post_attention_layernorm.weight", 0.7, width);
            Put(prefix + "mlp.gate_proj.weight", 0.4, hidden, width);
            Put(prefix + "mlp.up_proj.weight", 0.4, hidden, width);
            Put(prefix + "mlp.down_proj.weight", 0.4, width, hidden);
            foreach (var name in Biased ? (string[])["q", "k", "v"] : [])
            {
                Put($"{prefix}self_attn.{name}_proj.bias", 0.5, (name == "q" ? heads : keys) * head);
            }

            foreach (var name in NormedHeads ? (string[])["q", "k"] : [])
            {
                Put($"{prefix}self_attn.{name}_norm.weight", 0.7, head);
            }

            foreach (var name in IsGemma ? (string[])["pre", "post"] : [])
            {
                Put($"{prefix}{name}_feedforward_layernorm.weight", 0.7, width);
            }
        }

        Put("model.norm.weight", 0.7, width);
        if (config["tie_word_embeddings"]?.GetValue<bool>() != true)
        {
            Put("lm_head.weight", 0.5, Vocabulary, width);
        }
    }

    public JsonObject Config { get; }

    public string Family => Config["model_type"]!.GetValue<string>();

    public bool IsGemma => Family.StartsWith("gemma", StringComparison.Ordinal);

    public bool Biased => Family == "qwen2";

    public bool NormedHeads => Family is "qwen3" or "gemma3_text";

    public int HeadWidth => Config["head_dim"]?.GetValue<int>() ?? Whole("hidden_size") / Whole("num_attention_heads");

    public IReadOnlyDictionary<string, (int[] Shape, float[] Values)> Weights => _weights;

    public int Whole(string key) => Config[key]!.GetValue<int>();

    public double Real(string key, double otherwise) => Config[key]?.GetValue<double>() ?? otherwise;

    /// <summary>A folder in as many files as asked for, with a tokenizer of single bytes.</summary>
    public string Write(string folder, int files = 1)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config.ToJsonString());
        var map = new JsonObject();
        for (var file = 0; file < files; file++)
        {
            var name = files == 1 ? "model.safetensors" : $"model-{file + 1:00000}-of-{files:00000}.safetensors";
            var part = _weights.Where((_, index) => index % files == file).ToList();
            File.WriteAllBytes(Path.Combine(folder, name), Safetensors(part.Select(pair => (pair.Key, pair.Value.Shape, pair.Value.Values))));
            part.ForEach(pair => map[pair.Key] = name);
        }

        if (files > 1)
        {
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
        }

        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Tokenizer());
        return folder;
    }

    public static byte[] Safetensors(IEnumerable<(string Name, int[] Shape, float[] Values)> weights)
    {
        var list = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        using var data = new MemoryStream();
        foreach (var (name, shape, values) in weights)
        {
            var from = data.Length;
            data.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            list[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(extent => (JsonNode)extent)]),
                ["data_offsets"] = new JsonArray(from, data.Length),
            };
        }

        var header = Encoding.UTF8.GetBytes(list.ToJsonString());
        var start = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(start, header.Length);
        return [.. start, .. header, .. data.ToArray()];
    }

    /// <summary>Every byte a token, "th" and "the" merged, and a token that begins a text.</summary>
    private static string Tokenizer()
    {
        var next = 0x100;
        var vocabulary = new JsonObject();
        for (var one = 0; one < 256; one++)
        {
            vocabulary[$"{(one is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255) ? (char)one : (char)next++)}"] = one;
        }

        vocabulary["th"] = 256;
        vocabulary["the"] = 257;
        return JsonSerializer.Serialize(new
        {
            model = new { type = "BPE", vocab = vocabulary, merges = (string[])["t h", "th e"] },
            added_tokens = (object[])[new { id = 258, content = "<s>", special = true }, new { id = 259, content = "</s>", special = true }],
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false },
            post_processor = new { type = "TemplateProcessing", single = (object[])[new { SpecialToken = new { id = "<s>", type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } }] },
        });
    }
}
