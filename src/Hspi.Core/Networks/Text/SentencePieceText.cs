using System.Globalization;
using Hspi.Networks.Onnx;
using Microsoft.ML.Tokenizers;

namespace Hspi.Networks.Text;

/// <summary>Tokenizers of SentencePiece's kind: pieces with scores, single bytes for what no piece spells (Llama 2, Mistral, Gemma).</summary>
/// <remarks>Source: sentencepiece_model.proto, and what its fields mean in Kudo and Richardson, "SentencePiece" (arXiv 1808.06226).</remarks>
internal static class SentencePieceText
{
    private const char Space = '\u2581';

    /// <summary>From a list of pieces, as GGUF files have it: they are put in the form of a model file, which the library reads.</summary>
    /// <param name="pieces">By id.</param>
    /// <param name="begin">The id that begins a document.</param>
    /// <param name="end">The id that ends one.</param>
    /// <param name="unknown">The id of what cannot be written.</param>
    /// <param name="addBegin">Whether prompts begin with <paramref name="begin"/>.</param>
    /// <param name="addSpace">Whether a space is put before a text.</param>
    /// <param name="nameControls">Whether pieces that only steer are printed by their names, or as nothing.</param>
    public static ITextTokenizer Of(IReadOnlyList<ScoredPiece> pieces, int begin, int end, int unknown, bool addBegin, bool addSpace, bool nameControls)
    {
        var model = new WireWriter();
        foreach (var piece in pieces)
        {
            model.Message(1, one =>
            {
                one.Text(1, piece.Text);
                one.Real(2, piece.Score);
                one.Integer(3, (long)piece.Kind);
            });
        }

        const int PairMerging = 2;
        model.Message(2, trainer =>
        {
            trainer.Integer(3, PairMerging);
            trainer.Integer(4, pieces.Count);
            trainer.Integer(35, pieces.Any(piece => piece.Kind == PieceKind.Byte) ? 1 : 0);
            trainer.Integer(40, unknown);
            trainer.Integer(41, begin);
            trainer.Integer(42, end);
            trainer.Text(45, pieces[unknown].Text);
            trainer.Text(46, pieces[begin].Text);
            trainer.Text(47, pieces[end].Text);
        });
        model.Message(3, normaliser =>
        {
            normaliser.Text(1, "identity");
            normaliser.Integer(3, addSpace ? 1 : 0);
            normaliser.Integer(4, 0);
            normaliser.Integer(5, 1);
        });
        return OfModel(model.ToArray(), pieces, [begin, end], end, addBegin, nameControls);
    }

    /// <summary>From the bytes of a <c>tokenizer.model</c>.</summary>
    /// <param name="model">The file.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="addBegin">Whether prompts begin with the id that begins a document.</param>
    /// <param name="vocabulary">Ids of the model; those that the file does not have get empty names.</param>
    /// <exception cref="HspiException">It is damaged.</exception>
    public static ITextTokenizer OfFile(byte[] model, string source, bool addBegin, int vocabulary)
    {
        List<ScoredPiece> pieces = [];
        var (begin, end) = (1, 2);
        for (var reader = new WireReader(model, 0, source); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    pieces.Add(Piece(reader.Message()));
                    break;
                case 2:
                    (begin, end) = Bounds(reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (pieces.Count == 0)
        {
            throw new HspiException($"{source}: not a SentencePiece model: it has no pieces. Download it again.");
        }

        while (pieces.Count < vocabulary)
        {
            pieces.Add(new ScoredPiece("", 0, PieceKind.Unused));
        }

        return OfModel(model, pieces, begin >= 0 && begin < pieces.Count ? [begin] : [], end, addBegin, nameControls: true);
    }

    private static LibraryTokenizer OfModel(byte[] model, IReadOnlyList<ScoredPiece> pieces, IReadOnlyList<int> bounds, int end, bool addBegin, bool nameControls)
    {
        var special = pieces.Select((piece, id) => (piece.Text, id))
            .Where(one => pieces[one.id].Kind is PieceKind.Control or PieceKind.UserDefined && one.Text.Length > 0)
            .DistinctBy(one => one.Text).ToDictionary(one => one.Text, one => one.id, StringComparer.Ordinal);
        SentencePieceTokenizer library;
        try
        {
            library = SentencePieceTokenizer.Create(new MemoryStream(model), addBeginningOfSentence: false, addEndOfSentence: false, special);
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or KeyNotFoundException or NotSupportedException or Google.Protobuf.InvalidProtocolBufferException)
        {
            throw new HspiException($"The model's tokenizer cannot be used: {refused.Message}", refused);
        }

        return new LibraryTokenizer(
            text => library.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false),
            [.. pieces.Select((piece, id) => Named(piece, id == end, nameControls))],
            addBegin && bounds.Count > 0 ? bounds[0] : null);
    }

    private static TokenPiece Named(ScoredPiece piece, bool ends, bool nameControls) => piece.Kind switch
    {
        PieceKind.Control or PieceKind.Unknown or PieceKind.Unused => TokenPiece.Control(nameControls ? piece.Text : "", ends),
        PieceKind.Byte when piece.Text is ['<', '0', 'x', _, _, '>'] && byte.TryParse(piece.Text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var one) => TokenPiece.Of([one]),
        _ => TokenPiece.Of(piece.Text.Replace(Space, ' ')) with { Ends = ends },
    };

    private static ScoredPiece Piece(WireReader reader)
    {
        var piece = new ScoredPiece("", 0, PieceKind.Normal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    piece = piece with { Text = reader.Text() };
                    break;
                case 2:
                    piece = piece with { Score = reader.Real() };
                    break;
                case 3:
                    piece = piece with { Kind = (PieceKind)reader.Integer() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return piece;
    }

    // A trainer that says nothing has taken 1 and 2.
    private static (int Begin, int End) Bounds(WireReader reader)
    {
        var (begin, end) = (1, 2);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 41:
                    begin = (int)reader.Integer();
                    break;
                case 42:
                    end = (int)reader.Integer();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (begin, end);
    }
}

/// <summary>A piece with its score.</summary>
/// <param name="Text">As the model's file writes it, spaces as U+2581.</param>
/// <param name="Score">The greater, the earlier two pieces become this one.</param>
/// <param name="Kind">What it is for.</param>
internal sealed record ScoredPiece(string Text, float Score, PieceKind Kind);

/// <summary>What a piece is for; numbers as in sentencepiece_model.proto, and the same in GGUF.</summary>
internal enum PieceKind
{
    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>Stands for what cannot be written.</summary>
    Unknown = 2,

    /// <summary>Steers only.</summary>
    Control = 3,

    /// <summary>Text that is never taken apart.</summary>
    UserDefined = 4,

    /// <summary>Never used.</summary>
    Unused = 5,

    /// <summary>One byte.</summary>
    Byte = 6,
}
