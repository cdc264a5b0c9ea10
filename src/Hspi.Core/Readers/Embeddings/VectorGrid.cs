using Hspi.Dialects;

namespace Hspi.Readers.Embeddings;

/// <summary>What one vector shows of the format in which it was computed.</summary>
/// <param name="Kind">The format; <see cref="GridKind.Unknown"/> unless it is beyond doubt.</param>
/// <param name="Rounded">Whether a common factor came after the rounding.</param>
/// <param name="Positions">Positions of the mean that explains the numbers best; 1 for none.</param>
/// <param name="Likelihoods">Logarithms for each kind, over <see cref="GridKind.Continuous"/>; empty where too few numbers can be read.</param>
/// <param name="Looked">Numbers that were looked at.</param>
/// <param name="Norm">Euclidean length of the vector.</param>
internal sealed record VectorGrid(GridKind Kind, Rounding Rounded, int Positions, IReadOnlyDictionary<GridKind, double> Likelihoods, int Looked, double Norm)
{
    /// <summary>Log-odds that a name needs over every other: less than one of 100,000 vectors reaches them by chance.</summary>
    internal const double Certain = 12;

    /// <summary>Log-odds that the name of a mean needs: one over many positions of bf16 looks nearly like one over few of fp16.</summary>
    private const double CertainOfMean = 24;

    /// <summary>A mean over more positions has no name.</summary>
    private const int MostPositions = 4;

    /// <summary>Log-odds of a single position from which no factor is searched any more.</summary>
    private const double Plain = 60;

    /// <summary>More numbers of one vector tell nothing new.</summary>
    private const int MostLooked = 768;

    /// <summary>Fewer different numbers say too little, or are no embedding.</summary>
    private const int FewestLooked = 24;

    /// <summary>Kinds that a vector may show.</summary>
    internal static readonly GridKind[] Kinds = [GridKind.Bf16, GridKind.Fp16, GridKind.Fp8, GridKind.Int8, GridKind.FixedPoint];

    /// <summary>Looks at a vector.</summary>
    public static VectorGrid Of(EmbeddingVector vector)
    {
        var numbers = VectorNumbers.Of(vector);
        var told = Enumerable.Range(0, numbers.Sizes.Length).Where(i => GridView.BitsOf(numbers.Uncertainties[i]) >= GridView.FewestBits).ToArray();
        var stride = Math.Max(1, (told.Length + MostLooked - 1) / MostLooked);
        // A number that comes twice is no second witness.
        var looked = told.Where((_, place) => place % stride == 0).DistinctBy(i => numbers.Sizes[i]).ToArray();
        var (sizes, uncertainties) = (looked.Select(i => numbers.Sizes[i]).ToArray(), looked.Select(i => numbers.Uncertainties[i]).ToArray());
        if (sizes.Length < FewestLooked)
        {
            return new VectorGrid(GridKind.Unknown, Rounding.Unknown, 1, new Dictionary<GridKind, double>(), sizes.Length, numbers.Norm);
        }

        // As the numbers stand, and behind a factor: which of both is not known before.
        var plain = new GridLikelihoods(new GridView(sizes, uncertainties, 1), 1, sizes.Max(), Plain);
        var isPlain = plain.Best is { Positions: 1, LogLikelihood: >= Plain };
        var scaled = !isPlain && ScaleSearch.Find(sizes, uncertainties) is { } scale
            ? new GridLikelihoods(new GridView(sizes, uncertainties, scale), scale, sizes.Max(), double.NegativeInfinity)
            : null;
        var likelihoods = Kinds.ToDictionary(kind => kind, kind => Math.Max(OfPlain(kind), OfScaled(kind)));
        var (named, odds) = Name(likelihoods);
        var best = OfPlain(named) >= OfScaled(named) ? plain.Best : scaled!.Best;
        var rounded = named is GridKind.Unknown or GridKind.Int8 ? Rounding.Unknown
            : best.Positions > 1 || OfScaled(named) > OfPlain(named) ? Rounding.Before
            : Rounding.After;
        var isSure = best.Positions == 1 ? odds >= Certain : odds >= CertainOfMean && best.Positions <= MostPositions;
        return new VectorGrid(isSure ? named : GridKind.Unknown, rounded, best.Positions, likelihoods, sizes.Length, numbers.Norm);

        double OfPlain(GridKind kind) => plain.Of(kind) - Math.Log(2);
        double OfScaled(GridKind kind) => scaled is null ? double.NegativeInfinity : scaled.Of(kind) - Math.Log(2 * ScaleSearch.Tried);
    }

    /// <summary>The likeliest kind, no grid among them, and its log-odds over the next.</summary>
    public static (GridKind Kind, double Odds) Name(IReadOnlyDictionary<GridKind, double> likelihoods)
    {
        var order = likelihoods.Append(KeyValuePair.Create(GridKind.Continuous, 0.0)).OrderByDescending(pair => pair.Value).ToList();
        return (order[0].Key, order.Count == 1 ? 0 : order[0].Value - order[1].Value);
    }
}
