using System.Text;


namespace Hspi.Networks.Text;

/// <summary>A model's own tokenizer: its encoder is Microsoft.ML.Tokenizers', its pieces come from the model's file.</summary>
/// <param name="encode">Text to ids, without what begins a document.</param>
/// <param name="pieces">What each id stands for.</param>
/// <param name="begin">The id that begins a document; null where the model wants none.</param>
internal sealed class LibraryTokenizer(Func<string, IReadOnlyList<int>> encode, IReadOnlyList<TokenPiece> pieces, int? begin) : ITextTokenizer
{
    /// <inheritdoc/>
    public int Vocabulary => pieces.Count;

    /// <inheritdoc/>
    public IReadOnlyList<int> EncodePrompt(string text) => begin is { } first ? [first, .. encode(text)] : encode(text);

    /// <inheritdoc/>
    public int CountPrompt(string text) => EncodePrompt(text).Count;

    /// <inheritdoc/>
    public string NameOf(int id) => PieceOf(id).Name;

    /// <inheritdoc/>
    public byte[] BytesOf(int id) => PieceOf(id).Bytes;

    /// <inheritdoc/>
    public bool Ends(int id) => PieceOf(id).Ends;

    private TokenPiece PieceOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, pieces.Count);
        return pieces[id];
    }
}

/// <summary>What an id stands for.</summary>
/// <param name="Name">As a server prints it beside a logprob.</param>
/// <param name="Bytes">What it adds to a text.</param>
/// <param name="Ends">Whether it ends an answer.</param>
internal sealed record TokenPiece(string Name, byte[] Bytes, bool Ends)
{
    /// <summary>A piece of text.</summary>
    public static TokenPiece Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>A piece that need not be whole characters: its name is what is whole of it.</summary>
    public static TokenPiece Of(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var whole = text.IndexOf('\uFFFD', StringComparison.Ordinal);
        return new TokenPiece(whole < 0 ? text : text[..whole], bytes, Ends: false);
    }

    /// <summary>A piece that steers and adds nothing to the text.</summary>
    public static TokenPiece Control(string name, bool ends) => new(name, [], ends);
}
