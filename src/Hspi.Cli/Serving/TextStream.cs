using System.Text;

namespace Hspi.Cli.Serving;

/// <summary>Turns the tokens of one answer into text as they come, up to the first stop.</summary>
internal sealed class TextStream(int choice, IReadOnlyList<string> stops)
{
    private readonly StopText _stop = new(stops);
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _text = new();
    private readonly Queue<(int Start, ScoredToken Token)> _held = new();
    private int _shown;

    /// <summary>The prompt, when it is to be echoed: no stop applies to it.</summary>
    public Piece Echo(IReadOnlyList<ScoredToken> tokens)
    {
        var text = Encoding.UTF8.GetString([.. tokens.SelectMany(token => token.Bytes.ToArray())]);
        return new Piece(choice, text, tokens, null);
    }

    /// <summary>Adds a generated token; the piece ends the answer where a stop was found.</summary>
    public Piece Add(ScoredToken token)
    {
        _held.Enqueue((_text.Length, token));
        Decode(token.Bytes.Span, flush: false);
        var text = _text.ToString();
        return _stop.Find(text) is { } at ? Show(text, Math.Max(at, _shown), "stop") : Show(text, _stop.Settled(text), null);
    }

    /// <summary>Everything that is left.</summary>
    public Piece End(string reason)
    {
        Decode([], flush: true);
        return Show(_text.ToString(), _text.Length, reason);
    }

    private void Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[_utf8.GetCharCount(bytes, flush)];
        _utf8.GetChars(bytes, characters, flush);
        _text.Append(characters);
    }

    private Piece Show(string text, int end, string? finish)
    {
        var tokens = new List<ScoredToken>();
        // At a natural end every token counts, also one that left no text behind.
        while (_held.TryPeek(out var held) && (held.Start < end || (finish is not null && end == text.Length)))
        {
            tokens.Add(_held.Dequeue().Token);
        }

        var piece = new Piece(choice, text[Math.Min(_shown, end)..end], tokens, finish);
        _shown = Math.Max(_shown, end);
        return piece;
    }
}
