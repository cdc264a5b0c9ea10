using Hspi.Networks.Text;

namespace Hspi.Networks.Models;

/// <summary>The tokenizer that a GGUF file carries.</summary>
internal static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";

    // Names of llama.cpp's converter for ways of dividing a text.
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["default"] = ByteLevelText.Gpt2Words,
        ["gpt-2"] = ByteLevelText.Gpt2Words,
        ["llama-bpe"] = ByteLevelText.Llama3Words,
        ["llama3"] = ByteLevelText.Llama3Words,
        ["llama-v3"] = ByteLevelText.Llama3Words,
        ["smollm"] = @"\p{N}|" + ByteLevelText.Gpt2Words,
        ["qwen2"] = ByteLevelText.Qwen2Words,
    };

    /// <summary>Reads it.</summary>
    /// <exception cref="HspiException">It is missing, damaged, or of a kind that is not read.</exception>
    public static ITextTokenizer Of(GgufFile file, string path)
    {
        var pieces = file.List<string>(Prefix + "tokens") ?? throw new HspiException($"{path}: the file carries no tokenizer (\"{Prefix}tokens\").");
        var kinds = file.List<double>(Prefix + "token_type") ?? [.. pieces.Select(_ => (double)PieceKind.Normal)];
        int Id(string key, int otherwise) => file.Real(Prefix + key, otherwise) is >= 0 and var id && id < pieces.Count ? (int)id : otherwise;
        var model = file.Text(Prefix + "model");
        if (kinds.Count != pieces.Count || pieces.Count < 3)
        {
            throw new HspiException($"{path}: the tokenizer has {pieces.Count} tokens and {kinds.Count} kinds of tokens.");
        }

        if (model == "llama")
        {
            var scores = file.List<double>(Prefix + "scores");
            return scores is null || scores.Count != pieces.Count
                ? throw new HspiException($"{path}: the tokenizer has {pieces.Count} tokens and {scores?.Count ?? 0} scores.")
                : SentencePieceText.Of(
                    [.. pieces.Select((piece, id) => new ScoredPiece(piece, (float)scores[id], (PieceKind)kinds[id]))],
                    Id("bos_token_id", 1), Id("eos_token_id", 2), Id("unknown_token_id", 0),
                    file.Flag(Prefix + "add_bos_token", true), file.Flag(Prefix + "add_space_prefix", true), nameControls: false);
        }

        var words = file.Text(Prefix + "pre") ?? "default";
        if (model != "gpt2" || !Words.TryGetValue(words, out var pattern))
        {
            throw new HspiException($"{path}: a tokenizer \"{model}\" with words as in \"{words}\" is not read. Read are llama, and gpt2 with {string.Join(", ", Words.Keys)}.");
        }

        var special = kinds.Select((kind, id) => (kind, id)).Where(pair => (PieceKind)pair.kind is PieceKind.Control or PieceKind.UserDefined).Select(pair => pair.id).ToHashSet();
        var ends = ((string[])["eos_token_id", "eot_token_id"]).Select(key => Id(key, -1)).Where(id => id >= 0).ToHashSet();
        int? begin = Id("bos_token_id", -1) is >= 0 and var first && file.Flag(Prefix + "add_bos_token", words.StartsWith("llama", StringComparison.Ordinal)) ? first : null;
        return ByteLevelText.Of([.. pieces], file.List<string>(Prefix + "merges") ?? [], special, pattern, begin, ends, nameControls: false, path);
    }
}
