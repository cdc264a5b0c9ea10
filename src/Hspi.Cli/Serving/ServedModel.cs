using Hspi.Backends;

namespace Hspi.Cli.Serving;

/// <summary>The network behind the server, and the words that go with it.</summary>
internal sealed record ServedModel
{
    /// <summary>Text to token ids.</summary>
    public required Func<string, IReadOnlyList<int>> Encode { get; init; }

    /// <summary>The UTF-8 bytes of a token.</summary>
    public required Func<int, ReadOnlyMemory<byte>> Bytes { get; init; }

    /// <summary>Starts a new text.</summary>
    public required Func<DecoderSession> Begin { get; init; }

    /// <summary>Number of tokens.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Positions that the network was made for.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The token that ends a text; null where the network has none.</summary>
    public int? EndOfText { get; init; }
}
