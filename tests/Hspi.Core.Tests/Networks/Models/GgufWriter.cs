using System.Text;

namespace Hspi.Core.Tests.Networks.Models;

/// <summary>Writes GGUF files of version 3: settings, then the list of weights, then the weights at multiples of 32 bytes.</summary>
internal sealed class GgufWriter
{
    private readonly List<(string Key, object Value)> _settings = [];
    private readonly List<(string Name, long[] Shape, uint Type, byte[] Data)> _weights = [];

    public GgufWriter Set(string key, object value)
    {
        _settings.Add((key, value));
        return this;
    }

    public GgufWriter Replace(string key, object value)
    {
        _settings.RemoveAll(setting => setting.Key == key);
        return Set(key, value);
    }

    public GgufWriter Weight(string name, uint type, byte[] data, params long[] shape)
    {
        _weights.Add((name, shape, type, data));
        return this;
    }

    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_weights.Count);
        writer.Write((ulong)_settings.Count);
        foreach (var (key, value) in _settings)
        {
            Text(writer, key);
            writer.Write(TypeOf(value));
            Value(writer, value);
        }

        var offset = 0UL;
        foreach (var (name, shape, type, data) in _weights)
        {
            Text(writer, name);
            writer.Write((uint)shape.Length);
            foreach (var extent in shape.Reverse())
            {
                writer.Write((ulong)extent);
            }

            writer.Write(type);
            writer.Write(offset);
            offset += (ulong)((data.Length + 31) / 32 * 32);
        }

        void Align() => writer.Write(new byte[(32 - (int)(stream.Position % 32)) % 32]);
        foreach (var (_, _, _, data) in _weights)
        {
            Align();
            writer.Write(data);
        }

        Align();
        return stream.ToArray();
    }

    /// <summary>The same model as a Hugging Face folder of Llama's family, its heads in pairs as llama.cpp turns them.</summary>
    public static GgufWriter Llama(ModelFolder model, uint type, Func<float[], byte[]> store)
    {
        var writer = new GgufWriter().Set("general.architecture", "llama").Set("general.file_type", 1024u);
        foreach (var (key, from) in ((string, string)[])[("embedding_length", "hidden_size"), ("attention.head_count", "num_attention_heads"), ("attention.head_count_kv", "num_key_value_heads"), ("block_count", "num_hidden_layers"), ("feed_forward_length", "intermediate_size"), ("context_length", "max_position_embeddings")])
        {
            writer.Set($"llama.{key}", (uint)model.Whole(from));
        }

        writer.Set("llama.attention.layer_norm_rms_epsilon", (float)model.Real("rms_norm_eps", 0));
        string[] pieces = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(one => $"<0x{one:X2}>"), "\u2581", "t", "h", "e", "th", "\u2581th", "\u2581the", "\n"];
        pieces = [.. pieces, .. Enumerable.Range(0, ModelFolder.Vocabulary - pieces.Length).Select(i => $"<unused{i}>")];
        writer.Set("tokenizer.ggml.model", "llama").Set("tokenizer.ggml.tokens", pieces);
        writer.Set("tokenizer.ggml.scores", pieces.Select((piece, id) => piece is "th" ? -1f : piece is "\u2581th" ? -2f : piece is "\u2581the" ? -3f : id > 258 ? -10f - id : 0f).ToArray());
        writer.Set("tokenizer.ggml.token_type", pieces.Select((piece, id) => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : piece.StartsWith("<unused", StringComparison.Ordinal) ? 5 : 1).ToArray());
        writer.Set("tokenizer.ggml.bos_token_id", 1u).Set("tokenizer.ggml.eos_token_id", 2u).Set("tokenizer.ggml.unknown_token_id", 0u);
        foreach (var (name, (shape, values)) in model.Weights)
        {
            var paired = name.Contains("q_proj", StringComparison.Ordinal) ? model.Whole("num_attention_heads") : name.Contains("k_proj", StringComparison.Ordinal) ? model.Whole("num_key_value_heads") : 0;
            var stored = paired > 0 ? Paired(values, shape[1], paired) : values;
            writer.Weight(NameOf(name), shape.Length == 1 ? 0 : type, shape.Length == 1 ? Bytes(stored) : store(stored), [.. shape.Select(extent => (long)extent)]);
        }

        return writer;
    }

    public static byte[] Bytes(float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static string NameOf(string name)
    {
        string[] parts = name.Split('.');
        var rest = string.Join('.', parts.Skip(3).SkipLast(1));
        return name switch
        {
            "model.embed_tokens.weight" => "token_embd.weight",
            "model.norm.weight" => "output_norm.weight",
            "lm_head.weight" => "output.weight",
            _ => $"blk.{parts[2]}." + rest switch
            {
                "input_layernorm" => "attn_norm",
                "self_attn.q_proj" => "attn_q",
                "self_attn.k_proj" => "attn_k",
                "self_attn.v_proj" => "attn_v",
                "self_attn.o_proj" => "attn_output",
                "post_attention_layernorm" => "ffn_norm",
                "mlp.gate_proj" => "ffn_gate",
                "mlp.up_proj" => "ffn_up",
                _ => "ffn_down",
            } + ".weight",
        };
    }

    // Halves (0, 1, 2 | 3, 4, 5) become pairs (0, 3, 1, 4, 2, 5).
    private static float[] Paired(float[] values, int columns, int heads)
    {
        var rows = values.Chunk(columns).ToList();
        var width = rows.Count / heads;
        return [.. Enumerable.Range(0, rows.Count).SelectMany(row => rows[(row / width * width) + (row % width % 2 * (width / 2)) + (row % width / 2)])];
    }

    private static uint TypeOf(object value) => value switch
    {
        uint => 4,
        int => 5,
        float => 6,
        bool => 7,
        string => 8,
        _ => 9,
    };

    private static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            case string text: Text(writer, text); break;
            default:
                var list = ((Array)value).Cast<object>().ToList();
                writer.Write(TypeOf(list[0]));
                writer.Write((ulong)list.Count);
                list.ForEach(element => Value(writer, element));
                break;
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
