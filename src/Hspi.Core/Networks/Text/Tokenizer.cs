using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hspi.Networks.Text;

/// <summary>Text to token ids and back, without loss: whole words where it knows them, single bytes of UTF-8 where not.</summary>
/// <remarks>
/// Ids 0 to 255 are bytes, 256 begins a document, 257 ends it, then the pieces in file order; a piece usually begins with the
/// space before its word. Encoding takes the longest piece at each place. Immutable, safe to share.
/// </remarks>
public sealed class Tokenizer : ITextTokenizer
{
    /// <summary>Begins every document.</summary>
    public const int Begin = 256;

    /// <summary>Ends every document.</summary>
    public const int End = 257;

    private const int FirstPiece = 258;
    private const int CurrentVersion = 1;

    private readonly string[] _pieces;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly int _longest;

    /// <param name="pieces">Ids 258 and up; not empty, each once.</param>
    /// <param name="vocabulary">Number of ids; those behind the last piece are never used by text.</param>
    /// <exception cref="ArgumentException">A piece is empty, stands twice, or there are more than ids.</exception>
    public Tokenizer(IReadOnlyList<string> pieces, int vocabulary)
    {
        if (pieces.Count > vocabulary - FirstPiece)
        {
            throw new ArgumentException($"{pieces.Count} pieces do not fit into {vocabulary} ids.", nameof(pieces));
        }

        _pieces = [.. pieces];
        Vocabulary = vocabulary;
        for (var i = 0; i < _pieces.Length; i++)
        {
            if (_pieces[i].Length == 0 || !_ids.TryAdd(_pieces[i], FirstPiece + i))
            {
                throw new ArgumentException($"Piece {i} (\"{_pieces[i]}\") is empty or stands twice.", nameof(pieces));
            }

            _longest = Math.Max(_longest, _pieces[i].Length);
        }
    }

    /// <summary>Number of ids.</summary>
    public int Vocabulary { get; }

    /// <summary>The ids of <paramref name="text"/>, without <see cref="Begin"/>.</summary>
    public List<int> Encode(string text)
    {
        List<int> ids = [];
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            if (LongestAt(text, at) is var (id, length) && length > 0)
            {
                ids.Add(id);
                at += length;
                continue;
            }

            // A lone surrogate becomes U+FFFD, as in every UTF-8 encoder.
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var consumed);
            foreach (var one in bytes[..rune.EncodeToUtf8(bytes)])
            {
                ids.Add(one);
            }

            at += consumed;
        }

        return ids;
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> EncodePrompt(string text) => [Begin, .. Encode(text)];

    /// <inheritdoc/>
    public int CountPrompt(string text) => Encode(text).Count;

    /// <inheritdoc/>
    public bool Ends(int id) => id == End;

    /// <summary>The text of <paramref name="ids"/>; begin, end and unused ids have none.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        List<byte> bytes = [];
        foreach (var id in ids)
        {
            bytes.AddRange(BytesOf(id));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The bytes that token <paramref name="id"/> stands for; a token of several bytes of UTF-8 may hold part of a character.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    public byte[] BytesOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, Vocabulary);
        return id < 256 ? [(byte)id]
            : id < FirstPiece || id - FirstPiece >= _pieces.Length ? []
            : Encoding.UTF8.GetBytes(_pieces[id - FirstPiece]);
    }

    /// <summary>How a token is written in an answer: its text; <c>&lt;begin&gt;</c>, <c>&lt;end&gt;</c>, <c>&lt;unused:n&gt;</c>; <c>&lt;0xE2&gt;</c> for part of a character.</summary>
    public string NameOf(int id) => id switch
    {
        Begin => "<begin>",
        End => "<end>",
        >= 128 and < 256 => $"<0x{id:X2}>",
        _ when BytesOf(id) is { Length: 0 } => $"<unused:{id}>",
        _ => Encoding.UTF8.GetString(BytesOf(id)),
    };

    /// <summary>The tokenizer as a text file that a person can read.</summary>
    public string ToJson() => JsonSerializer.Serialize(new TokenizerFile(CurrentVersion, Vocabulary, _pieces), TokenizerJson.Default.TokenizerFile);

    /// <summary>Reads <see cref="ToJson"/>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="HspiException">It is not a tokenizer file of this version.</exception>
    public static Tokenizer Parse(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TokenizerJson.Default.TokenizerFile) is { Version: CurrentVersion, Pieces: not null } file
                ? new Tokenizer(file.Pieces, file.Vocabulary)
                : throw new HspiException($"{source}: not a tokenizer of version {CurrentVersion}. Give the tokenizer.json beside the decoder.");
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            throw new HspiException($"{source}: not a tokenizer: {wrong.Message} Give the tokenizer.json beside the decoder.", wrong);
        }
    }

    private (int Id, int Length) LongestAt(string text, int at)
    {
        var lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = Math.Min(_longest, text.Length - at); length > 0; length--)
        {
            // A piece is a whole word: " star" must not be cut out of " stars".
            var ends = at + length == text.Length || !char.IsAsciiLetter(text[at + length]) || !char.IsAsciiLetter(text[at + length - 1]);
            if (ends && lookup.TryGetValue(text.AsSpan(at, length), out var id))
            {
                return (id, length);
            }
        }

        return (0, 0);
    }
}

/// <summary>The file.</summary>
internal sealed record TokenizerFile(int Version, int Vocabulary, IReadOnlyList<string> Pieces);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TokenizerFile))]
internal sealed partial class TokenizerJson : JsonSerializerContext;
