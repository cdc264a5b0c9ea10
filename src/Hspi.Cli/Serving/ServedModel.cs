using Hspi.Backends;
using Hspi.Networks;
using Hspi.Networks.Building;

namespace Hspi.Cli.Serving;

/// <summary>The network behind the server, under one platform, and the words that go with it.</summary>
internal sealed class ServedModel(NetworkBackend backend, NetworkLibrary networks)
{
    /// <summary>Number of tokens.</summary>
    public int Vocabulary => networks.Tokenizer.Vocabulary;

    /// <summary>Positions that the network was made for.</summary>
    public int ContextLength { get; } = DecoderGraph.SizeOf(networks.Decoder).Context;

    /// <summary>Starts a new text.</summary>
    public DecoderSession Begin() => backend.OpenDecoder();

    /// <summary>Text to tokens; every text begins with the token that begins a document, as in enrolment.</summary>
    public IReadOnlyList<int> Encode(string text) => networks.Tokenizer.EncodePrompt(text);

    /// <summary>Whether a token ends the answer.</summary>
    public bool Ends(int token) => networks.Tokenizer.Ends(token);

    /// <summary>How a token is written beside its logprob.</summary>
    public string Name(int token) => networks.Tokenizer.NameOf(token);

    /// <summary>What a token adds to the text: UTF-8, perhaps half a character.</summary>
    public ReadOnlyMemory<byte> Bytes(int token) => networks.Tokenizer.BytesOf(token);
}
