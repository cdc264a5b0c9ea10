using System.Globalization;
using Hspi.Dialects;

namespace Hspi.Readers.Embeddings;

/// <summary>Reads from vectors alone, without any reference, in which format a model computed them.</summary>
public sealed class EmbeddingReader
{
    /// <summary>Further vectors are counted, and change no name any more.</summary>
    private const int MostJudged = 64;

    /// <summary>Share of vectors in which a grid may be hidden: a long text's can be a mean that hides what a short one's shows.</summary>
    private const double Hidden = 0.01;

    private readonly Dictionary<GridKind, double> _likelihoods = [];
    private readonly Dictionary<GridKind, int> _named = [];
    private readonly HashSet<Rounding> _rounded = [];
    private int _dimensions;
    private int _judged;
    private int _told;
    private int _positions = 1;
    private int _calls;
    private long _vectors;
    private double _norms;

    /// <summary>What the vectors of some answers say; null where they hold none.</summary>
    public static EmbeddingFinding? Read(IEnumerable<ParsedAnswer> answers)
    {
        var reader = new EmbeddingReader();
        foreach (var answer in answers)
        {
            reader.Add(answer);
        }

        return reader.Finding();
    }

    /// <summary>Takes an answer.</summary>
    public void Add(ParsedAnswer answer)
    {
        _calls += answer.Embeddings.Count > 0 ? 1 : 0;
        foreach (var vector in answer.Embeddings)
        {
            _dimensions = _vectors++ == 0 ? vector.Dimensions : _dimensions;
            if (_judged < MostJudged)
            {
                _judged++;
                Judge(VectorGrid.Of(vector));
            }
        }
    }

    /// <summary>Everything so far; null where there was no vector.</summary>
    public EmbeddingFinding? Finding()
    {
        if (_vectors == 0)
        {
            return null;
        }

        // Two names are two models, or a mistake: neither is said.
        var (likeliest, odds) = VectorGrid.Name(_likelihoods);
        var precision = odds >= VectorGrid.Certain && _named.Count == 1 && _named.ContainsKey(likeliest) && likeliest is not (GridKind.Continuous or GridKind.FixedPoint)
            ? likeliest
            : GridKind.Unknown;
        var rounded = precision != GridKind.Unknown && _rounded.Count == 1 ? _rounded.Single() : Rounding.Unknown;
        var likelihoods = _told == 0 ? [] : _likelihoods.Append(KeyValuePair.Create(GridKind.Continuous, 0.0)).ToDictionary(pair => pair.Key.Word(), pair => pair.Value);
        return new EmbeddingFinding(
            new Reading("embedding", Aspect.Embedding, Seen(precision, rounded, likeliest, odds), likelihoods, _calls, WouldChange(precision)),
            _dimensions,
            _vectors,
            _norms / _judged,
            precision,
            rounded);
    }

    private void Judge(VectorGrid vector)
    {
        _norms += vector.Norm;
        if (vector.Likelihoods.Count == 0)
        {
            return;
        }

        _told++;
        foreach (var (kind, likelihood) in vector.Likelihoods)
        {
            var either = likelihood > 30 ? likelihood : Math.Log(Hidden + ((1 - Hidden) * Math.Exp(likelihood)));
            _likelihoods[kind] = _likelihoods.GetValueOrDefault(kind) + either;
        }

        if (vector.Kind is not (GridKind.Unknown or GridKind.Continuous))
        {
            _named[vector.Kind] = _named.GetValueOrDefault(vector.Kind) + 1;
            _rounded.Add(vector.Rounded);
            _positions = Math.Max(_positions, vector.Positions);
        }
    }

    private string Seen(GridKind precision, Rounding rounded, GridKind likeliest, double odds)
    {
        if (_told == 0)
        {
            return "Too few different numbers, or too few digits, to see a grid.";
        }

        if (_named.Count > 1)
        {
            return $"Vectors of several kinds: {string.Join(", ", _named.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key.Word()}"))}.";
        }

        var of = string.Create(CultureInfo.InvariantCulture, $"{_named.GetValueOrDefault(likeliest)} of {_told} vectors");
        return (precision, rounded) switch
        {
            (GridKind.Int8, _) => $"The numbers of {of} are whole multiples of one step, at most 128 of them.",
            (GridKind.Unknown, _) when likeliest == GridKind.FixedPoint => $"The numbers of {of} are whole multiples of one step: rounded by someone, to no number format of a model.",
            (GridKind.Unknown, _) => likeliest == GridKind.Continuous
                ? $"The numbers lie on no 16-bit or 8-bit grid, in any scale: float32, or means over many positions. {Vectors()} looked at."
                : string.Create(CultureInfo.InvariantCulture, $"The numbers lie on a grid, and {likeliest.Word()} explains it best, though not beyond doubt: odds of e^{odds:0.0}."),
            (_, Rounding.After) => $"The numbers of {of} are themselves {precision.Word()}: rounding came last.",
            _ when _positions > 1 => $"The numbers of {of} are {precision.Word()}, averaged over few positions, times one factor each.",
            _ => $"The numbers of {of} are {precision.Word()} times one factor each: rounded, then normalised in higher precision.",
        };
    }

    private string Vectors() => _told == 1 ? "1 vector was" : string.Create(CultureInfo.InvariantCulture, $"{_told} vectors were");

    private static string WouldChange(GridKind precision) => precision == GridKind.Unknown
        ? "Vectors of texts of one word, in Base64 or with all digits: a mean over many positions hides the grid, and so do few digits."
        : "Vectors of the same model that miss the grid.";
}
