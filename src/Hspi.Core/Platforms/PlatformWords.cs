using System.Text.RegularExpressions;

namespace Hspi.Platforms;

/// <summary>The words of a platform's columns: other spellings of one, and what can be no precision at all.</summary>
public static partial class PlatformWords
{
    private const int MostNear = 3;

    /// <summary>Other spellings, by column and word. "f16" is a word of GGUF files, and stays.</summary>
    private static readonly Dictionary<(string Key, string Word), string> Spellings = new()
    {
        [("precision", "bfloat16")] = "bf16",
        [("precision", "float16")] = "fp16",
        [("precision", "half")] = "fp16",
        [("precision", "float32")] = "fp32",
        [("precision", "single")] = "fp32",
        [("precision", "float64")] = "fp64",
        [("precision", "double")] = "fp64",
        [("precision", "tensorfloat32")] = "tf32",
        [("engine", "llamacpp")] = "llama.cpp",
        [("engine", "llama-cpp")] = "llama.cpp",
        [("engine", "llama_cpp")] = "llama.cpp",
        [("engine", "llama-server")] = "llama.cpp",
        [("engine", "lm-studio")] = "lmstudio",
        [("engine", "text-generation-inference")] = "tgi",
        [("engine", "trt-llm")] = "tensorrt-llm",
        [("engine", "trtllm")] = "tensorrt-llm",
        [("engine", "pytorch")] = "torch",
        [("engine", "onnx-runtime")] = "onnxruntime",
        [("engine", "ort")] = "onnxruntime",
    };

    /// <summary>Words of precisions that people write, for whoever mistypes one.</summary>
    private static readonly string[] Precisions =
        ["fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "e4m3", "e5m2", "fp4", "mxfp8", "mxfp4", "nvfp4", "int8", "int4", "w4a16", "w8a8", "awq", "gptq", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q4_0"];

    /// <summary>The usual spelling of a word.</summary>
    /// <param name="key">Column, such as <c>engine</c>.</param>
    /// <param name="word">In lower case.</param>
    public static string Usual(string key, string word) => Spellings.GetValueOrDefault((key, word), word);

    /// <summary>Refuses a claim that nothing could ever support, before anything is paid for it.</summary>
    /// <param name="claim">As it was read.</param>
    /// <param name="enrolled">Platforms that answers will be compared with: their words are known, whatever they are.</param>
    /// <exception cref="UsageException">The precision is no format of numbers; with the nearest words.</exception>
    public static void Check(PlatformClaim claim, IEnumerable<Platform> enrolled)
    {
        if (claim.Columns.TryGetValue("precision", out var precision)
            && !PrecisionForm().IsMatch(precision)
            && !enrolled.Any(platform => platform.Precision.StartsWith(precision, StringComparison.OrdinalIgnoreCase)))
        {
            var near = Precisions.OrderBy(word => Distance(word, precision)).ThenBy(word => Array.IndexOf(Precisions, word)).Take(MostNear);
            throw new UsageException($"precision={precision} is no format of numbers that is known, so nothing could be said about it. Near it: {string.Join(", ", near)}.");
        }
    }

    /// <summary>Letters to insert, remove or replace to make one word of the other (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var (above, before) = (row[0], i);
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var best = Math.Min(Math.Min(row[j] + 1, before + 1), above + (left[i - 1] == right[j - 1] ? 0 : 1));
                (above, row[j], before) = (row[j], best, best);
            }
        }

        return row[^1];
    }

    /// <summary>Floats, integers, block formats, GGUF's quantisations, and methods that quantise weights; what follows a dash says more.</summary>
    [GeneratedRegex(@"^(bf16|tf32|fp?(64|32|16|8|6|4)|e[2-5]m[0-7](fn|fnuz)?|(mx|nv)(fp|int)?[468]|u?int[248]|w[0-9]+a[0-9]+|(i|t)?q[1-8](_[0-9a-z]+)*|nf4|awq|gptq|marlin|hqq|bnb|bitsandbytes|torchao|squeezellm|quip|aqlm|exl[23]|compressed)([-_].*)?$")]
    private static partial Regex PrecisionForm();
}
