namespace Hspi.Networks.Text;

/// <summary>Text to the token ids of one model, and back. Implementations are safe to share.</summary>
public interface ITextTokenizer
{
    /// <summary>Number of ids.</summary>
    int Vocabulary { get; }

    /// <summary>The ids that a server puts before the model for this text, with what begins a document where the model wants it.</summary>
    IReadOnlyList<int> EncodePrompt(string text);

    /// <summary>Tokens of the text as servers of this model count them in their usage.</summary>
    int CountPrompt(string text);

    /// <summary>How a token is written beside its logprob.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    string NameOf(int id);

    /// <summary>The bytes that a token adds to the text: UTF-8, perhaps part of a character; none for tokens that only steer.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    byte[] BytesOf(int id);

    /// <summary>Whether a token ends the answer.</summary>
    bool Ends(int id);
}
