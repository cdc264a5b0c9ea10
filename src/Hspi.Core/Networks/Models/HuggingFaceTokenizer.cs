using System.Text.Json;
using Hspi.Networks.Text;

namespace Hspi.Networks.Models;

/// <summary>The tokenizer of a Hugging Face folder: <c>tokenizer.json</c> with pairs of bytes, or a SentencePiece <c>tokenizer.model</c>.</summary>
internal static class HuggingFaceTokenizer
{
    private const string ListName = "tokenizer.json";
    private const string ModelName = "tokenizer.model";
    private const string ConfigName = "tokenizer_config.json";
    private const int MostBytes = 1 << 27;

    /// <summary>The files that decide how text becomes tokens, as far as they are there.</summary>
    public static IEnumerable<string> FilesOf(string folder) =>
        ((string[])[ListName, ModelName, ConfigName]).Select(name => Path.Combine(folder, name)).Where(File.Exists);

    /// <summary>Reads it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="vocabulary">Ids of the model.</param>
    /// <param name="config">The model's settings: which ids begin and end.</param>
    /// <exception cref="HspiException">There is none, it is damaged, or of a kind that is not read.</exception>
    public static ITextTokenizer Open(string folder, int vocabulary, Settings config)
    {
        var (list, model) = (Path.Combine(folder, ListName), Path.Combine(folder, ModelName));
        var own = File.Exists(Path.Combine(folder, ConfigName)) ? new Settings(Path.Combine(folder, ConfigName), MostBytes) : null;
        var isPairs = File.Exists(list) && new Settings(list, MostBytes) is var read && IsByteLevel(read.Fields) ? read : null;
        return isPairs is not null ? Pairs(isPairs, vocabulary, own, config)
            : File.Exists(model) ? SentencePieceText.OfFile(Bytes(model), model, own?.Flag("add_bos_token", true) ?? true, vocabulary)
            : throw new HspiException(File.Exists(list)
                ? $"{list}: this kind of tokenizer is read from {ModelName} only; put that file beside it."
                : $"{folder}: no {ListName} and no {ModelName}. Download it whole.");
    }

    private static bool IsByteLevel(JsonElement root) =>
        root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Object
        && model.TryGetProperty("vocab", out var vocabulary) && vocabulary.ValueKind == JsonValueKind.Object
        && model.TryGetProperty("merges", out var merges) && merges.ValueKind == JsonValueKind.Array
        && Types(root, "pre_tokenizer").Contains("ByteLevel");

    private static ITextTokenizer Pairs(Settings list, int vocabulary, Settings? own, Settings config)
    {
        try
        {
            var model = list.Fields.GetProperty("model");
            var pieces = new string?[vocabulary];
            var special = new HashSet<int>();
            void Put(string piece, int id) => pieces[id >= 0 && id < vocabulary ? id : throw list.Wrong($"the token \"{piece}\" has the id {id}, and the model {vocabulary} ids")] = piece;
            foreach (var piece in model.GetProperty("vocab").EnumerateObject())
            {
                Put(piece.Name, piece.Value.GetInt32());
            }

            if (list.Fields.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array)
            {
                foreach (var token in added.EnumerateArray())
                {
                    var id = token.GetProperty("id").GetInt32();
                    Put(token.GetProperty("content").GetString() ?? "", id);
                    special.Add(id);
                }
            }

            IEnumerable<string> merges = model.GetProperty("merges").EnumerateArray()
                .Select(merge => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}").ToList();
            var words = Patterns(list.Fields).ToList();
            var ends = Ids(config.Fields, "eos_token_id").ToHashSet();
            int? begin = Begins(list, own) is { } name && Array.IndexOf(pieces, name) is >= 0 and var id1 ? id1 : null;
            return ByteLevelText.Of(pieces, merges, special, words.Count == 0 ? ByteLevelText.Gpt2Words : words[0], begin, ends, nameControls: true, list.Source);
        }
        catch (Exception damaged) when (damaged is InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw list.Wrong($"the tokenizer is damaged: {damaged.Message}");
        }
    }

    // The template that is put around a text says what begins it; older folders have a flag.
    private static string? Begins(Settings list, Settings? own)
    {
        if (list.Fields.TryGetProperty("post_processor", out var processor) && processor.ValueKind == JsonValueKind.Object)
        {
            foreach (var part in Objects(processor).Where(part => part.TryGetProperty("single", out var single) && single.ValueKind == JsonValueKind.Array))
            {
                return part.GetProperty("single").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first && first.TryGetProperty("SpecialToken", out var token)
                    ? token.GetProperty("id").GetString()
                    : null;
            }
        }

        return own?.Flag("add_bos_token", false) == true ? own.Text("bos_token") ?? own.Inner("bos_token")?.Text("content") : null;
    }

    private static IEnumerable<string> Patterns(JsonElement root) =>
        root.TryGetProperty("pre_tokenizer", out var pre) && pre.ValueKind == JsonValueKind.Object
            ? Objects(pre)
                .Where(part => part.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.Object && pattern.TryGetProperty("Regex", out _))
                .Select(part => part.GetProperty("pattern").GetProperty("Regex").GetString()!)
            : [];

    private static IEnumerable<string> Types(JsonElement root, string key) =>
        root.TryGetProperty(key, out var part) && part.ValueKind == JsonValueKind.Object
            ? Objects(part).Select(one => one.TryGetProperty("type", out var type) ? type.GetString() ?? "" : "")
            : [];

    /// <summary>A part, and those of which it is a sequence.</summary>
    private static IEnumerable<JsonElement> Objects(JsonElement part) =>
    [
        part,
        .. part.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Array && field.Name is "pretokenizers" or "processors")
            .SelectMany(field => field.Value.EnumerateArray()).Where(one => one.ValueKind == JsonValueKind.Object),
    ];

    private static IEnumerable<int> Ids(JsonElement root, string key) =>
        !root.TryGetProperty(key, out var value) ? []
        : value.ValueKind == JsonValueKind.Number ? [value.GetInt32()]
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Number).Select(one => one.GetInt32())
        : [];

    private static byte[] Bytes(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MostBytes ? File.ReadAllBytes(path) : throw new HspiException($"{path}: larger than {MostBytes} bytes.");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message}", failed);
        }
    }
}
