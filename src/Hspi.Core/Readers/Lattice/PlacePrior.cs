namespace Hspi.Readers.Lattice;

/// <summary>Before any answer: where a model's logits lie. Softmax hides what is added to all of them, and with it the exponent of the lattice.</summary>
/// <remarks>
/// The spacing of bf16 logits near 1 is that of fp16 logits near 8. Where a row shows no change of spacing, only its place tells the two
/// apart. A hypothesis is a mean over the vocabulary, in nats, and a size of the vocabulary: with them the listed values themselves say how
/// far above the mean they lie (<see cref="SpreadPrior"/>). All positions of a model share one hypothesis.
/// </remarks>
internal static class PlacePrior
{
    // Every nat near 0, every second one far from it.
    private static readonly int[] AllMeans = [-18, -16, -14, -12, -10, -8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18];

    // Trained models hardly add anything to all logits; this share does, the less likely the more.
    private const double OffsetShare = 0.15;
    private const double OffsetScatter = 5;
    private const double PlainScatter = 1.3;
    private const double StretchedScatter = 2;

    private static readonly double[] Plain = Shares(PlainScatter);
    private static readonly double[] Stretched = Shares(StretchedScatter);

    /// <summary>Means over the vocabulary, in nats.</summary>
    public static ReadOnlySpan<int> Means => AllMeans;

    /// <summary>The mean that a hypothesis has.</summary>
    public static int MeanOf(int column) => AllMeans[column % AllMeans.Length];

    /// <summary>Hypotheses: each mean with each vocabulary; the means of one vocabulary stand together.</summary>
    public const int Columns = 25 * SpreadPrior.Vocabularies;

    /// <summary>Logarithms of the shares of all hypotheses.</summary>
    /// <param name="plain">Whether values are logits, and not stretched by a temperature.</param>
    public static ReadOnlySpan<double> LogShares(bool plain) => plain ? Plain : Stretched;

    private static double[] Shares(double scatter)
    {
        double[] widths = [.. AllMeans.Select(mean => Math.Abs(mean) > 6 ? 2.0 : 1.0)];
        double[] near = [.. AllMeans.Zip(widths, (mean, width) => width * Math.Exp(-mean * mean / (2 * scatter * scatter)))];
        double[] far = [.. AllMeans.Zip(widths, (mean, width) => width / (1 + (mean * mean / (OffsetScatter * OffsetScatter))))];
        return
        [
            .. from vocabulary in Enumerable.Range(0, SpreadPrior.Vocabularies)
               from mean in Enumerable.Range(0, AllMeans.Length)
               select SpreadPrior.LogShare(vocabulary) + Math.Log(((1 - OffsetShare) * near[mean] / near.Sum()) + (OffsetShare * far[mean] / far.Sum())),
        ];
    }
}
