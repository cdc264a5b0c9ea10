using System.Security.Cryptography;
using System.Text;
using Hspi.Networks.Building;

namespace Hspi.Networks.Models;

/// <summary>Opens a language model wherever it lies: a GGUF file, or a Hugging Face folder.</summary>
public static class LanguageModels
{
    /// <summary>Positions that a graph is made for at most: tables of rotations for all that large models promise would be larger than their layers.</summary>
    public const int MostPositions = 4096;

    private const int MostExtent = 1 << 24;
    private const int MostLayers = 1024;

    /// <summary>Opens <paramref name="path"/>. Weights are read when a runtime loads the graph.</summary>
    /// <exception cref="HspiException">There is no such model, it is damaged, or of a kind that is not read; the message says what to do.</exception>
    public static LanguageModel Open(string path)
    {
        if (Directory.Exists(path))
        {
            return HuggingFaceModel.Open(path);
        }

        return Begins(path) is var start && GgufFile.Is(start)
            ? GgufModel.Open(path, HashOf([path]))
            : throw new HspiException($"{path}: not a language model that can be read. Give a GGUF file, or a Hugging Face folder (config.json, *.safetensors, and tokenizer.json or tokenizer.model).");
    }

    /// <summary>SHA-256 over the SHA-256 of each file, files in the order of their names: the same wherever they lie.</summary>
    internal static string HashOf(IEnumerable<string> paths)
    {
        try
        {
            var text = new StringBuilder();
            foreach (var path in paths.OrderBy(Path.GetFileName, StringComparer.Ordinal))
            {
                using var stream = File.OpenRead(path);
                text.Append(Convert.ToHexStringLower(SHA256.HashData(stream))).Append('\n');
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"A file of the model cannot be read: {failed.Message}", failed);
        }
    }

    /// <summary>Returns a size with which a graph can be built.</summary>
    /// <exception cref="HspiException">Numbers of a stranger that do not fit together, or are absurd.</exception>
    internal static DecoderSize Checked(DecoderSize size, string source)
    {
        int[] extents = [size.Vocabulary, size.Width, size.Hidden, size.Heads, size.KeyHeads, size.HeadWidth, size.Layers, size.Context];
        return Array.TrueForAll(extents, extent => extent is > 0 and <= MostExtent) && size.Layers <= MostLayers && size.HeadWidth % 2 == 0 && size.Heads % size.KeyHeads == 0
            && (long)size.Heads * size.HeadWidth <= MostExtent
            ? size
            : throw new HspiException($"{source}: its settings make no decoder: {size}.");
    }

    /// <summary>Which layers of Gemma see a sliding window: every second one from the first (Gemma 2), or all but every sixth (Gemma 3).</summary>
    internal static IReadOnlyList<bool> GemmaWindows(string family, int layers) =>
        [.. Enumerable.Range(0, layers).Select(layer => family == "gemma2" ? layer % 2 == 0 : layer % 6 != 5)];

    /// <summary>Whose inverse root scales Gemma's scores: a head's width, but for the 27-billion models, which take the model's width per head.</summary>
    internal static double GemmaQueryWidth(string family, DecoderSize size) =>
        size.Layers == (family == "gemma2" ? 46 : 62) ? (double)size.Width / size.Heads : size.HeadWidth;

    private static byte[] Begins(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var start = new byte[8];
            return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message}", failed);
        }
    }
}
