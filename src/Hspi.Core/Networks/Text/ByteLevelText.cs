using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Hspi.Networks.Text;

/// <summary>Tokenizers that merge pairs of bytes, each byte written as a visible character (GPT-2, Llama 3, Qwen).</summary>
/// <remarks>Source: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019), for the characters; the tokenizers library for the fields.</remarks>
internal static class ByteLevelText
{
    /// <summary>GPT-2's division of a text into words.</summary>
    public const string Gpt2Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Llama 3's: up to three digits a word.</summary>
    public const string Llama3Words = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Qwen 2's: each digit a word.</summary>
    public const string Qwen2Words = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // Patience with one text; a pattern of a stranger may need for ever.
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    private static readonly char[] Written = Characters();
    private static readonly Dictionary<char, byte> Meant = Written.Select((character, index) => (character, index)).ToDictionary(pair => pair.character, pair => (byte)pair.index);

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="pieces">By id; null where an id has none.</param>
    /// <param name="merges">Pairs of pieces, the earliest merged first, each with one space between.</param>
    /// <param name="special">Ids of pieces that stand for themselves and are never taken apart.</param>
    /// <param name="words">How a text is divided before pairs are merged: a regular expression.</param>
    /// <param name="begin">The id that prompts begin with; null for none.</param>
    /// <param name="ends">Ids that end an answer.</param>
    /// <param name="nameControls">Whether special pieces are printed by their names, or as nothing.</param>
    /// <param name="source">For messages.</param>
    /// <exception cref="HspiException">It cannot be used; the message says why.</exception>
    public static ITextTokenizer Of(
        IReadOnlyList<string?> pieces, IEnumerable<string> merges, IReadOnlySet<int> special, string words, int? begin, IReadOnlySet<int> ends, bool nameControls, string source)
    {
        var known = pieces.Select((piece, id) => (piece, id)).Where(pair => pair.piece is not null).DistinctBy(pair => pair.piece).ToList();
        var specials = known.Where(pair => special.Contains(pair.id) && pair.piece!.Length > 0).ToDictionary(pair => pair.piece!, pair => pair.id, StringComparer.Ordinal);
        BpeTokenizer library;
        try
        {
            library = BpeTokenizer.Create(new BpeOptions(known.Select(pair => KeyValuePair.Create(pair.piece!, pair.id)))
            {
                Merges = merges,
                ByteLevel = true,
                SpecialTokens = specials,
                PreTokenizer = new RegexPreTokenizer(new Regex(words, RegexOptions.CultureInvariant, MostTime), specials),
            });
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or KeyNotFoundException or NotSupportedException)
        {
            throw new HspiException($"{source}: the tokenizer cannot be used: {refused.Message}", refused);
        }

        return new LibraryTokenizer(
            text => Encode(library, text, source),
            [.. pieces.Select((piece, id) => Named(piece ?? "", special.Contains(id), nameControls) with { Ends = ends.Contains(id) })],
            begin);
    }

    private static IReadOnlyList<int> Encode(BpeTokenizer library, string text, string source)
    {
        try
        {
            return library.EncodeToIds(text);
        }
        catch (RegexMatchTimeoutException slow)
        {
            throw new HspiException($"{source}: the tokenizer's pattern took more than {MostTime.TotalSeconds:0} s on one text.", slow);
        }
    }

    private static TokenPiece Named(string piece, bool special, bool nameControls) =>
        special ? TokenPiece.Control(nameControls ? piece : "", ends: false)
        : piece.All(Meant.ContainsKey) ? TokenPiece.Of([.. piece.Select(character => Meant[character])])
        : TokenPiece.Of(Encoding.UTF8.GetBytes(piece));

    // Bytes that print stand for themselves, the others for characters from U+0100 on, in their order.
    private static char[] Characters()
    {
        var next = 0x100;
        return [.. Enumerable.Range(0, 256).Select(one => one is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)one : (char)next++)];
    }
}
