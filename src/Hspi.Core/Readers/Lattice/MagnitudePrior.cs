namespace Hspi.Readers.Lattice;

/// <summary>Before any answer: how large logits are. Softmax hides it, and with it the exponent of the lattice.</summary>
/// <remarks>
/// The spacing of bf16 logits near 1 is that of fp16 logits near 8. Where a row shows no change of spacing, only this prior tells the two
/// apart. It is stated for the binade of the listed logit nearest to 0, which has the finest spacing: a model has a usual binade (the
/// centre; 4 to 32 for nearly all language models), and its positions scatter around it, farther down than up.
/// </remarks>
internal static class MagnitudePrior
{
    /// <summary>Centres, as exponents of two, from <see cref="LowestCentre"/>; in units of s₀ logits where the scale is not 1.</summary>
    public const int Centres = 14;

    /// <summary>2^-4.</summary>
    public const int LowestCentre = -4;

    // 2^-4 to 2^9.
    private static readonly double[] CentreShares =
        [1e-6, 1e-5, 1e-4, 5e-4, 0.003, 0.025, 0.30, 0.44, 0.22, 0.012, 2e-4, 2e-5, 1e-6, 1e-7];

    // Positions scatter around their model's place by a share of it, and by so many logits however near to 0 it is.
    private const double RelativeScatter = 0.25;
    private const double AbsoluteScatter = 1;

    // A position that is nothing like the others: anywhere, but less likely the farther up.
    private const double OutlierShare = 0.03;
    private const int LowestBinade = -24;
    private const int HighestBinade = 12;
    private static readonly double[,] ScatterShares = Scatters();

    /// <summary>Prior share of models whose highest listed logit is negative.</summary>
    public const double NegativeShare = 0.15;

    // Of scales that are a power of two, this share is not 1: a temperature of ½, ¼ or 2.
    private const double OtherOctave = 0.02;

    /// <summary>Share of models whose logits do not lie around 0, so that nothing binds their size to their spread.</summary>
    private const double OffsetShare = 0.05;

    /// <summary>Logarithms of the shares of all hypotheses for plain logprobs, or those of a temperature that is a power of two.</summary>
    public static double[] LogPlain()
    {
        var shares = new double[ScaleEvidence.Columns];
        LogStretched(1, shares);
        for (var centre = 0; centre < Centres; centre++)
        {
            shares[centre] = Math.Log(((1 - OtherOctave) * OffsetShare * CentreShares[centre]) + (OtherOctave * Math.Exp(shares[centre])));
        }

        return shares;
    }

    /// <summary>Logarithms of the shares of all hypotheses, the centres in units of s₀, when the scale is s₀·2^j for an unknown j.</summary>
    /// <remarks>The temperature 1/s decides: 0.2 to 2 is usual, 0.08 to 4 is seen.</remarks>
    public static void LogStretched(double scale, Span<double> into)
    {
        Span<double> octaves = stackalloc double[7];
        var total = 0.0;
        for (var j = -3; j <= 3; j++)
        {
            var temperature = 1 / Math.ScaleB(scale, j);
            total += octaves[j + 3] = temperature is >= 0.2 and <= 2 ? 1 : temperature is >= 0.08 and <= 4 ? 0.1 : 0.01;
        }

        for (var centre = 0; centre < Centres; centre++)
        {
            var share = 0.0;
            for (var j = -3; j <= 3; j++)
            {
                share += centre - j is >= 0 and < Centres ? octaves[j + 3] / total * CentreShares[centre - j] : 0;
            }

            into[centre] = Math.Log((OffsetShare * share) + 1e-12);
        }

        for (var vocabulary = 0; vocabulary < SpreadPrior.Vocabularies; vocabulary++)
        {
            into[Centres + vocabulary] = Math.Log(1 - OffsetShare) + SpreadPrior.LogShare(vocabulary);
        }
    }

    /// <summary>Probability that a position's nearest logit lies in ±[2^<paramref name="binade"/>, 2^(<paramref name="binade"/>+1)).</summary>
    /// <param name="centre">Index of its model's centre.</param>
    /// <param name="binade">In the unit of the centre.</param>
    public static double Scatter(int centre, int binade) =>
        ScatterShares[centre, Math.Clamp(binade, LowestBinade, HighestBinade) - LowestBinade];

    private static double[,] Scatters()
    {
        const int Points = 16;
        var shares = new double[Centres, HighestBinade - LowestBinade + 1];
        for (var centre = 0; centre < Centres; centre++)
        {
            for (var point = 0; point < Points; point++)
            {
                var place = Math.ScaleB(1 + ((point + 0.5) / Points), centre + LowestCentre);
                var width = Math.Sqrt((AbsoluteScatter * AbsoluteScatter) + (RelativeScatter * place * RelativeScatter * place));
                for (var binade = LowestBinade; binade <= HighestBinade; binade++)
                {
                    var (low, high) = (Math.ScaleB(1, binade), Math.ScaleB(1, binade + 1));
                    shares[centre, binade - LowestBinade] += (Between((low - place) / width, (high - place) / width) + Between((-high - place) / width, (-low - place) / width)) / Points;
                }
            }

            for (var binade = LowestBinade; binade <= HighestBinade; binade++)
            {
                var outlier = Math.ScaleB(0.25, -Math.Abs(binade - 2));
                shares[centre, binade - LowestBinade] = ((1 - OutlierShare) * shares[centre, binade - LowestBinade]) + (OutlierShare * outlier);
            }
        }

        return shares;
    }

    private static double Between(double low, double high) => low > 0 ? Between(-high, -low) : NormalTail.Below(high) - NormalTail.Below(low);
}
