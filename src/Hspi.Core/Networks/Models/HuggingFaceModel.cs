using System.Text.Json;
using Hspi.Networks.Building;

namespace Hspi.Networks.Models;

/// <summary>From a Hugging Face folder to a <see cref="LanguageModel"/>: Llama, Mistral, Qwen2, Qwen3, Gemma 2 and Gemma 3.</summary>
/// <remarks>Names of settings and weights: the folders' own <c>config.json</c> and <c>*.safetensors</c>; what a family computes: <see cref="DecoderShape"/>.</remarks>
internal static class HuggingFaceModel
{
    private const string ConfigName = "config.json";
    private const int MostConfigBytes = 1 << 22;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [DecoderGraph.Embedding] = "model.embed_tokens.weight",
        ["attention_norm"] = "model.layers.{0}.input_layernorm.weight",
        ["query"] = "model.layers.{0}.self_attn.q_proj.weight",
        ["query_bias"] = "model.layers.{0}.self_attn.q_proj.bias",
        ["query_norm"] = "model.layers.{0}.self_attn.q_norm.weight",
        ["key"] = "model.layers.{0}.self_attn.k_proj.weight",
        ["key_bias"] = "model.layers.{0}.self_attn.k_proj.bias",
        ["key_norm"] = "model.layers.{0}.self_attn.k_norm.weight",
        ["value"] = "model.layers.{0}.self_attn.v_proj.weight",
        ["value_bias"] = "model.layers.{0}.self_attn.v_proj.bias",
        ["output"] = "model.layers.{0}.self_attn.o_proj.weight",
        ["feed_norm"] = "model.layers.{0}.post_attention_layernorm.weight",
        ["gate"] = "model.layers.{0}.mlp.gate_proj.weight",
        ["up"] = "model.layers.{0}.mlp.up_proj.weight",
        ["down"] = "model.layers.{0}.mlp.down_proj.weight",
        ["head/norm"] = "model.norm.weight",
        [DecoderGraph.Head] = "lm_head.weight",
    };

    // Gemma puts norms behind attention and feed-forward too, and calls the ones before them otherwise.
    private static readonly Dictionary<string, string> GemmaNames = new(Names, StringComparer.Ordinal)
    {
        ["attention_output_norm"] = "model.layers.{0}.post_attention_layernorm.weight",
        ["feed_norm"] = "model.layers.{0}.pre_feedforward_layernorm.weight",
        ["feed_output_norm"] = "model.layers.{0}.post_feedforward_layernorm.weight",
    };

    /// <summary>Reads everything but the weights.</summary>
    /// <exception cref="HspiException">Something is missing, damaged, or of a family that is not read.</exception>
    public static LanguageModel Open(string folder)
    {
        string[] weightFiles = [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)];
        var config = Path.Combine(folder, ConfigName);
        if (!File.Exists(config) || weightFiles.Length == 0)
        {
            throw new HspiException($"{folder}: not a Hugging Face folder of a language model: it has {(File.Exists(config) ? "no *.safetensors" : $"no {ConfigName}")}. Download it whole.");
        }

        ThrowIfShardsAreMissing(folder);
        var settings = new Settings(config, MostConfigBytes);
        var family = settings.Text("model_type") ?? "";
        var isGemma = family.StartsWith("gemma", StringComparison.Ordinal);
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var tensor in weightFiles.SelectMany(SafetensorsFile.Read))
        {
            if (!tensors.TryAdd(tensor.Name, tensor))
            {
                throw new HspiException($"{folder}: the weights \"{tensor.Name}\" stand in two files. Remove what does not belong to this model.");
            }
        }

        var shape = ShapeOf(settings, family, tensors);
        var weights = new FileWeights(folder, tensors, isGemma ? GemmaNames : Names) { NormOffset = isGemma ? 1 : 0 };
        var graph = DecoderGraph.Build(shape, weights);
        string[] identity = [config, .. weightFiles, .. HuggingFaceTokenizer.FilesOf(folder)];
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new LanguageModel(name, graph, HuggingFaceTokenizer.Open(folder, shape.Size.Vocabulary, settings), LanguageModels.HashOf(identity))
        {
            Stored = weights.Stored,
            Precision = weights.Stored.Values.GroupBy(format => format.Name).MaxBy(same => same.Count())!.Key,
        };
    }

    private static DecoderShape ShapeOf(Settings settings, string family, Dictionary<string, StoredTensor> tensors)
    {
        if (family is not ("llama" or "mistral" or "qwen2" or "qwen3" or "gemma2" or "gemma3_text"))
        {
            throw settings.Wrong($"a model of the type \"{family}\" is not read. Read are llama, mistral, qwen2, qwen3, gemma2 and gemma3_text");
        }

        // Gemma's older folders say "gelu" in one place and what is meant in the other.
        var activation = settings.Text("hidden_activation") ?? settings.Text("hidden_act") ?? "";
        if (activation is not ("" or "silu" or "gelu_pytorch_tanh"))
        {
            throw settings.Wrong($"the activation \"{activation}\" is not read");
        }

        if (settings.Has("quantization_config"))
        {
            throw settings.Wrong("its weights are quantised in a form that is not read (\"quantization_config\"). Give the folder that they were made from");
        }

        var (width, heads, layers) = (settings.Whole("hidden_size"), settings.Whole("num_attention_heads"), settings.Whole("num_hidden_layers"));
        var isGemma = family.StartsWith("gemma", StringComparison.Ordinal);
        var usesWindow = isGemma || family == "mistral" || settings.Flag("use_sliding_window", false);
        var window = usesWindow ? settings.Whole("sliding_window", 0) : 0;
        var context = Math.Min(settings.Whole("max_position_embeddings", LanguageModels.MostPositions), LanguageModels.MostPositions);
        var size = LanguageModels.Checked(
            new DecoderSize(settings.Whole("vocab_size"), width, layers, heads, settings.Whole("num_key_value_heads", heads), settings.Whole("intermediate_size"), context)
            {
                HeadWidth = settings.Whole("head_dim", isGemma ? 256 : width / Math.Max(1, heads)),
                // A window as wide as the graph is none.
                Window = window < context ? window : 0,
            },
            settings.Source);
        var scale = settings.Real("query_pre_attn_scalar", size.HeadWidth);
        return new DecoderShape(size)
        {
            Epsilon = (float)settings.Real("rms_norm_eps", 1e-6),
            Rotary = RotaryOf(settings, settings.Real("rope_theta", family == "gemma3_text" ? 1e6 : 1e4)),
            WindowRotary = family == "gemma3_text" && size.Window > 0 ? new Rotary { Base = settings.Real("rope_local_base_freq", 1e4) } : null,
            Windows = size.Window == 0 ? [] : WindowsOf(settings, family, layers),
            Biased = tensors.ContainsKey("model.layers.0.self_attn.q_proj.bias"),
            NormedHeads = family is "qwen3" or "gemma3_text",
            NormedOutputs = isGemma,
            Activation = isGemma ? GateActivation.GeluTanh : GateActivation.Silu,
            EmbeddingScale = isGemma ? (float)Math.Sqrt(width) : 1,
            QueryScale = (float)(1 / Math.Sqrt(isGemma ? scale : size.HeadWidth)),
            ScoreCap = (float)settings.Real("attn_logit_softcapping", 0),
            LogitCap = (float)settings.Real("final_logit_softcapping", 0),
        };
    }

    private static Rotary RotaryOf(Settings settings, double theta)
    {
        var rotary = new Rotary { Base = theta };
        if (settings.Inner("rope_scaling") is not { } scaling)
        {
            return rotary;
        }

        return (scaling.Text("rope_type") ?? scaling.Text("type")) switch
        {
            "default" => rotary,
            "linear" => rotary with { Divisor = scaling.Real("factor", 1) },
            "llama3" => rotary with
            {
                Stretch = new StretchedFrequencies(
                    scaling.Real("factor", 8), scaling.Real("low_freq_factor", 1), scaling.Real("high_freq_factor", 4), scaling.Real("original_max_position_embeddings", 8192)),
            },
            var other => throw settings.Wrong($"rotary positions scaled by \"{other}\" are not read"),
        };
    }

    // Newer folders say it layer by layer; Mistral's windows are everywhere, Qwen's from a layer on.
    private static IReadOnlyList<bool> WindowsOf(Settings settings, string family, int layers) =>
        settings.Texts("layer_types") is { } types && types.Count == layers ? [.. types.Select(type => type == "sliding_attention")]
        : family is "gemma2" or "gemma3_text" ? LanguageModels.GemmaWindows(family == "gemma2" ? family : "gemma3", layers)
        : [.. Enumerable.Range(0, layers).Select(layer => layer >= settings.Whole("max_window_layers", 0))];

    /// <summary>The index of a model in several files names them all.</summary>
    private static void ThrowIfShardsAreMissing(string folder)
    {
        const string IndexName = "model.safetensors.index.json";
        var path = Path.Combine(folder, IndexName);
        if (!File.Exists(path))
        {
            return;
        }

        var missing = new Settings(path, 1 << 26).Inner("weight_map")?.AllTexts().Distinct().Where(name => !File.Exists(Path.Combine(folder, Path.GetFileName(name)))).ToList() ?? [];
        if (missing.Count > 0)
        {
            throw new HspiException($"{folder}: {missing.Count} files of {IndexName} are missing, such as {missing[0]}. Download it whole.");
        }
    }
}

/// <summary>A JSON file of settings.</summary>
internal sealed class Settings
{
    private readonly JsonElement _fields;

    /// <exception cref="HspiException">It cannot be read, is too large, or no JSON object.</exception>
    public Settings(string path, int mostBytes)
    {
        Source = path;
        try
        {
            if (new FileInfo(path).Length > mostBytes)
            {
                throw Wrong($"it is larger than {mostBytes} bytes");
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            _fields = json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : throw Wrong("it is no JSON object");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message}", failed);
        }
        catch (JsonException damaged)
        {
            throw Wrong(damaged.Message);
        }
    }

    private Settings(string source, JsonElement fields) => (Source, _fields) = (source, fields);

    /// <summary>The file.</summary>
    public string Source { get; }

    /// <summary>The file's fields, for what is not a setting.</summary>
    public JsonElement Fields => _fields;

    /// <summary>Whether there is such a field, and not null.</summary>
    public bool Has(string key) => _fields.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Text; null where there is none.</summary>
    public string? Text(string key) => _fields.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A list of texts; null where there is none.</summary>
    public IReadOnlyList<string>? Texts(string key) =>
        _fields.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(one => one.GetString()!)]
            : null;

    /// <summary>Every text of this object.</summary>
    public IEnumerable<string> AllTexts() => _fields.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String).Select(field => field.Value.GetString()!);

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool otherwise) => _fields.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;

    /// <summary>A number, or <paramref name="otherwise"/>.</summary>
    public double Real(string key, double otherwise) => _fields.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : otherwise;

    /// <summary>A whole number that must be there.</summary>
    public int Whole(string key) => Has(key) ? Whole(key, 0) : throw Wrong($"\"{key}\" is missing");

    /// <summary>A whole number not below 0, or <paramref name="otherwise"/>.</summary>
    public int Whole(string key, int otherwise) =>
        !Has(key) ? otherwise
        : _fields.GetProperty(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= 0 ? number
        : throw Wrong($"\"{key}\" is no whole number");

    /// <summary>An object within; null where there is none.</summary>
    public Settings? Inner(string key) => _fields.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object ? new Settings($"{Source}, \"{key}\"", value) : null;

    /// <summary>What to throw.</summary>
    public HspiException Wrong(string what) => new($"{Source}: {what}.");
}
