using Hspi.Networks.Text;

namespace Hspi.Networks.Training;

/// <summary>Cuts an endless seeded text into rows of equal length for training.</summary>
public sealed class TokenRows(WordList words, Tokenizer tokenizer, ulong seed)
{
    private readonly StoryGrammar _grammar = new(words, seed);
    private readonly Queue<int> _ahead = new();

    /// <summary>The next rows: each begins with <see cref="Tokenizer.Begin"/> or in the middle of a document.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="length">Tokens of each row; the targets are the same row one token on, so ask for one more than is fed.</param>
    /// <returns>[rows, length] row-major.</returns>
    public long[] Next(int rows, int length)
    {
        var ids = new long[rows * length];
        for (var i = 0; i < ids.Length; i++)
        {
            while (_ahead.Count == 0)
            {
                Append(_grammar.Next());
            }

            ids[i] = _ahead.Dequeue();
        }

        return ids;
    }

    private void Append(string document)
    {
        _ahead.Enqueue(Tokenizer.Begin);
        foreach (var id in tokenizer.Encode(document))
        {
            _ahead.Enqueue(id);
        }

        _ahead.Enqueue(Tokenizer.End);
    }
}
