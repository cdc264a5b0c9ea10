using Hspi.Networks.Building;

namespace Hspi.Networks.Models;

/// <summary>From a GGUF file to a <see cref="LanguageModel"/>: families llama (Mistral too), qwen2, qwen3, gemma2, gemma3.</summary>
/// <remarks>Names of settings and weights: the GGUF specification and llama.cpp's converter, as facts; what a family computes: <see cref="DecoderShape"/>.</remarks>
internal static class GgufModel
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [DecoderGraph.Embedding] = "token_embd.weight",
        ["attention_norm"] = "blk.{0}.attn_norm.weight",
        ["query"] = "blk.{0}.attn_q.weight",
        ["query_bias"] = "blk.{0}.attn_q.bias",
        ["query_norm"] = "blk.{0}.attn_q_norm.weight",
        ["key"] = "blk.{0}.attn_k.weight",
        ["key_bias"] = "blk.{0}.attn_k.bias",
        ["key_norm"] = "blk.{0}.attn_k_norm.weight",
        ["value"] = "blk.{0}.attn_v.weight",
        ["value_bias"] = "blk.{0}.attn_v.bias",
        ["output"] = "blk.{0}.attn_output.weight",
        ["attention_output_norm"] = "blk.{0}.post_attention_norm.weight",
        ["feed_norm"] = "blk.{0}.ffn_norm.weight",
        ["gate"] = "blk.{0}.ffn_gate.weight",
        ["up"] = "blk.{0}.ffn_up.weight",
        ["down"] = "blk.{0}.ffn_down.weight",
        ["feed_output_norm"] = "blk.{0}.post_ffw_norm.weight",
        ["head/norm"] = "output_norm.weight",
        [DecoderGraph.Head] = "output.weight",
    };

    /// <summary>Reads everything but the weights.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hash">Of its contents.</param>
    /// <exception cref="HspiException">It is damaged, or of a family that is not read.</exception>
    public static LanguageModel Open(string path, string hash)
    {
        var file = GgufFile.Open(path);
        var family = file.Text("general.architecture") ?? "";
        var shape = ShapeOf(file, family, path);
        var weights = new FileWeights(path, file.Tensors, Names)
        {
            PairedHeads = family == "llama" ? new Dictionary<string, int> { ["query"] = shape.Size.Heads, ["key"] = shape.Size.KeyHeads } : new Dictionary<string, int>(),
        };
        var graph = DecoderGraph.Build(shape, weights);
        return new LanguageModel(Path.GetFileNameWithoutExtension(path), graph, GgufTokenizer.Of(file, path), hash) { Stored = weights.Stored, Precision = PrecisionOf(file, weights) };
    }

    // llama.cpp's names of whole files; a file without one is called after what most of its weights are stored in.
    private static string PrecisionOf(GgufFile file, FileWeights weights) => file.Whole("general.file_type", 1024) switch
    {
        0 => "f32",
        1 => "f16",
        2 => "q4_0",
        3 => "q4_1",
        7 => "q8_0",
        8 => "q5_0",
        9 => "q5_1",
        14 => "q4_k_s",
        15 => "q4_k_m",
        16 => "q5_k_s",
        17 => "q5_k_m",
        18 => "q6_k",
        32 => "bf16",
        _ => weights.Stored.Values.GroupBy(format => format.Name).MaxBy(same => same.Count())!.Key,
    };

    private static DecoderShape ShapeOf(GgufFile file, string family, string path)
    {
        int Needed(string key) => file.Whole($"{family}.{key}", 0) is > 0 and var number ? number
            : throw new HspiException($"{path}: its setting \"{family}.{key}\" is missing, or 0.");
        if (family is not ("llama" or "qwen2" or "qwen3" or "gemma2" or "gemma3"))
        {
            throw new HspiException($"{path}: a model of the family \"{family}\" is not read. Read are llama (Mistral too), qwen2, qwen3, gemma2 and gemma3.");
        }

        if (file.Whole($"{family}.expert_count", 0) > 0)
        {
            throw new HspiException($"{path}: a mixture of experts is not read.");
        }

        var (width, heads, layers) = (Needed("embedding_length"), Needed("attention.head_count"), Needed("block_count"));
        var keyHeads = file.Whole($"{family}.attention.head_count_kv", heads);
        var headWidth = file.Whole($"{family}.attention.key_length", file.Whole($"{family}.rope.dimension_count", width / heads));
        var vocabulary = file.Tensors.TryGetValue(Names[DecoderGraph.Embedding], out var embedding) && embedding.Shape is [var tokens, _] ? (int)tokens
            : throw new HspiException($"{path}: the weights \"{Names[DecoderGraph.Embedding]}\" are missing.");
        var isGemma = family.StartsWith("gemma", StringComparison.Ordinal);
        var context = Math.Min(Needed("context_length"), LanguageModels.MostPositions);
        var window = isGemma ? file.Whole($"{family}.attention.sliding_window", 0) : 0;
        var size = LanguageModels.Checked(
            new DecoderSize(vocabulary, width, layers, heads, keyHeads, Needed("feed_forward_length"), context)
            {
                HeadWidth = headWidth,
                Window = window,
            },
            path);
        var rotary = new Rotary
        {
            Base = file.Real($"{family}.rope.freq_base", family == "gemma3" ? 1e6 : 1e4),
            Divisor = file.Text($"{family}.rope.scaling.type") switch
            {
                null or "none" => 1,
                "linear" => file.Real($"{family}.rope.scaling.factor", 1),
                var scaling => throw new HspiException($"{path}: rotary positions scaled by \"{scaling}\" are not read."),
            },
            Factors = file.Tensors.TryGetValue("rope_freqs.weight", out var factors) ? factors.Read() : [],
        };
        return new DecoderShape(size)
        {
            Epsilon = (float)file.Real($"{family}.attention.layer_norm_rms_epsilon", 1e-5),
            Rotary = rotary,
            WindowRotary = family == "gemma3" && window > 0 ? new Rotary() : null,
            Windows = window == 0 ? [] : LanguageModels.GemmaWindows(family, layers),
            Biased = file.Tensors.ContainsKey("blk.0.attn_q.bias"),
            NormedHeads = family is "qwen3" or "gemma3",
            NormedOutputs = isGemma,
            Activation = isGemma ? GateActivation.GeluTanh : GateActivation.Silu,
            EmbeddingScale = isGemma ? (float)Math.Sqrt(width) : 1,
            QueryScale = (float)(1 / Math.Sqrt(isGemma ? LanguageModels.GemmaQueryWidth(family, size) : headWidth)),
            ScoreCap = family == "gemma2" ? (float)file.Real("gemma2.attn_logit_softcapping", 50) : 0,
            LogitCap = family == "gemma2" ? (float)file.Real("gemma2.final_logit_softcapping", 30) : 0,
        };
    }
}
