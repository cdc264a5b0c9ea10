namespace Hspi.Readers.Lattice;

/// <summary>How far above the mean over the vocabulary the lowest listed logit of a position lies: a density for each size of vocabulary.</summary>
/// <remarks>
/// The K-th highest of V normal values lies z standard deviations above their mean, Φ(−z) = K/V, and the standard deviation shows twice:
/// in how far the listed values are apart, and in how much probability is left for the rest. A temperature stretches all alike, so it need
/// not be known. V is not known: one hypothesis for each. They also stand for tops that are heavier or lighter than normal.
/// </remarks>
internal sealed class SpreadPrior
{
    /// <summary>Hypotheses of V: 400 to 500,000.</summary>
    public const int Vocabularies = 5;

    private const double SmallestVocabulary = 400;
    private const double VocabularyStep = 6;
    private const int Spreads = 18;
    private const double LeastSpread = 0.4;
    private const double SpreadStep = 1.25;

    // Usual standard deviations are 1 to 5 nats; a temperature makes them wider or narrower.
    private const double UsualSpread = 2.3;
    private const double PlainSpreads = 0.5;
    private const double StretchedSpreads = 0.8;

    // How far real tops lie from the normal law's, in the logarithms of both statistics.
    private const double ExcessSoftness = 0.25;
    private const double RestSoftness = 0.35;

    // And where the lowest listed logit lies from where they put it: a share of it, and the mean of a position, in nats.
    private const double Softness = 0.15;
    private const double MeanScatter = 1;

    // A position that is nothing like the others.
    private const double OutlierShare = 0.02;
    private const double OutlierWidth = 12;

    // Both statistics of the best law together: 4.3 standard deviations away.
    private const double LeastFit = 1e-4;

    // The distance from the lowest cell to the highest mean, and the other way round.
    private const double FirstDistance = PlaceSums.Lowest - 18;
    private const int Distances = PlaceSums.Cells + (int)(36 / PlaceSums.Cell);

    private static readonly double[] LogShares = [.. ((double[])[0.2, 0.25, 0.25, 0.2, 0.1]).Select(share => Math.Log(share))];
    private static readonly Prediction[][] Predictions = new Prediction[LatticeRow.Capacity + 1][];

    private readonly double[] _weights = new double[Vocabularies * Spreads];
    private readonly double[] _shares = new double[Vocabularies];
    private readonly double[] _density = new double[Vocabularies * Distances];

    /// <summary>Whether what was read could be the top of some vocabulary and spread; otherwise its place says nothing, because a group of tokens stands apart.</summary>
    public bool FitsALaw { get; private set; }

    /// <summary>Logarithm of the prior share of a hypothesis.</summary>
    public static double LogShare(int vocabulary) => LogShares[vocabulary];

    /// <summary>Reads the positions of one request: they come from one model, and tell its spread together.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="plain">Whether its values are logits, and not stretched by a temperature.</param>
    public void Read(ReadOnlySpan<LatticeRow> rows, bool plain)
    {
        var (excesses, excessError) = Precision(rows, static shape => shape.LogExcess, static shape => shape.ExcessError);
        var (rests, restError) = Precision(rows, static shape => shape.LogRest, static shape => 1 / Math.Sqrt(shape.Listed));
        var excessVariance = excessError + (ExcessSoftness * ExcessSoftness);
        var restVariance = restError + (RestSoftness * RestSoftness);
        Array.Clear(_shares);
        var best = 0.0;
        for (var i = 0; i < _weights.Length; i++)
        {
            var (excess, rest, usual) = (0.0, 0.0, 0.0);
            foreach (var row in rows)
            {
                var predicted = Predicted(row.Shape.Listed)[i];
                excess += double.IsNaN(row.Shape.LogExcess) ? 0 : row.Shape.LogExcess - predicted.LogExcess;
                rest += double.IsNaN(row.Shape.LogRest) ? 0 : row.Shape.LogRest - predicted.LogRest;
                usual = plain ? predicted.PlainShare : predicted.Share;
            }

            excess /= Math.Max(1, excesses);
            rest /= Math.Max(1, rests);
            var fit = Math.Exp((-excess * excess / (2 * excessVariance)) - (rest * rest / (2 * restVariance)));
            best = Math.Max(best, fit);
            _weights[i] = 1e-30 + (usual * fit);
            _shares[i / Spreads] += _weights[i];
        }

        FitsALaw = best >= LeastFit;
        var mean = _shares.Sum() / Vocabularies;
        for (var vocabulary = 0; vocabulary < Vocabularies; vocabulary++)
        {
            // What the positions say of the vocabulary together, in equal parts to each.
            _shares[vocabulary] = Math.Pow((0.95 * _shares[vocabulary] / mean) + 0.05, 1.0 / rows.Length);
        }
    }

    /// <summary>Prepares one of the positions that were read.</summary>
    /// <param name="listed">K.</param>
    /// <param name="first">First cell of <see cref="PlaceSums"/> that will be asked.</param>
    /// <param name="last">Last one.</param>
    public void Lay(int listed, int first, int last)
    {
        var predictions = Predicted(listed);
        var to = Math.Min(Distances, last + 1 + Distances - PlaceSums.Cells);
        for (var vocabulary = 0; vocabulary < Vocabularies; vocabulary++)
        {
            var (sum, mean, square) = (0.0, 0.0, 0.0);
            for (var i = vocabulary * Spreads; i < (vocabulary + 1) * Spreads; i++)
            {
                sum += _weights[i];
                mean += _weights[i] * predictions[i].LogLowest;
                square += _weights[i] * predictions[i].LogLowest * predictions[i].LogLowest;
            }

            mean /= sum;
            var deviation = Math.Sqrt(Math.Max(0, (square / sum) - (mean * mean)) + (Softness * Softness));
            Fill(_density.AsSpan(vocabulary * Distances, Distances), Math.Max(0, first), to, _shares[vocabulary], Math.Exp(mean), deviation);
        }
    }

    /// <summary>Σ over places of their weight times the density that they have when the vocabulary's mean is <paramref name="mean"/> nats.</summary>
    public double Sum(PlaceSums places, int vocabulary, int mean)
    {
        var (first, last) = places.Filled;
        if (last < first)
        {
            return 0;
        }

        var shift = (int)((PlaceSums.Lowest - mean - FirstDistance) / PlaceSums.Cell);
        var weights = places.Weights[first..(last + 1)];
        var density = _density.AsSpan((vocabulary * Distances) + first + shift, weights.Length);
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * density[i];
        }

        return sum;
    }

    /// <summary>Positions that show a statistic, and the variance of its mean over them.</summary>
    private static (int Count, double Variance) Precision(ReadOnlySpan<LatticeRow> rows, Func<TopShape, double> value, Func<TopShape, double> error)
    {
        var (count, sum) = (0, 0.0);
        foreach (var row in rows)
        {
            var known = !double.IsNaN(value(row.Shape));
            count += known ? 1 : 0;
            sum += known ? error(row.Shape) * error(row.Shape) : 0;
        }

        return (count, sum / Math.Max(1, count * count));
    }

    private static Prediction[] Predicted(int listed) => Volatile.Read(ref Predictions[listed]) ?? Predict(listed);

    /// <summary>Two half normal laws that meet at <paramref name="middle"/>, as the error is one of the logarithm; and anything else.</summary>
    private static void Fill(Span<double> density, int from, int to, double share, double middle, double deviation)
    {
        var (down, up) = (middle * (1 - Math.Exp(-deviation)), middle * (Math.Exp(deviation) - 1));
        (down, up) = (Math.Sqrt((down * down) + (MeanScatter * MeanScatter)), Math.Sqrt((up * up) + (MeanScatter * MeanScatter)));
        var height = share * (1 - OutlierShare) * 2 / ((down + up) * Math.Sqrt(2 * Math.PI));
        var outlier = share * OutlierShare / (OutlierWidth * Math.Sqrt(2 * Math.PI));
        for (var i = from; i < to; i++)
        {
            var distance = FirstDistance + (i * PlaceSums.Cell) - middle;
            var width = distance < 0 ? down : up;
            density[i] = (height * Math.Exp(-distance * distance / (2 * width * width))) + (outlier * Math.Exp(-distance * distance / (2 * OutlierWidth * OutlierWidth)));
        }
    }

    /// <summary>What the highest <paramref name="listed"/> of each vocabulary look like, for each standard deviation.</summary>
    private static Prediction[] Predict(int listed)
    {
        var predictions = new Prediction[Vocabularies * Spreads];
        for (var vocabulary = 0; vocabulary < Vocabularies; vocabulary++)
        {
            var size = SmallestVocabulary * Math.Pow(VocabularyStep, vocabulary);
            var z = NormalTail.Above(listed / size);
            var excess = (size / listed * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI)) - z;
            for (var i = 0; i < Spreads; i++)
            {
                var spread = LeastSpread * Math.Pow(SpreadStep, i);
                var usual = Math.Log(spread / UsualSpread);
                predictions[(vocabulary * Spreads) + i] = new Prediction(
                    Math.Exp(-usual * usual / (2 * PlainSpreads * PlainSpreads)),
                    Math.Exp(-usual * usual / (2 * StretchedSpreads * StretchedSpreads)),
                    Math.Log(spread * excess),
                    Math.Log(size / listed) + (spread * spread / 2) - (spread * z) + Math.Log(NormalTail.Below(z - spread)),
                    Math.Log(spread * z));
            }
        }

        Volatile.Write(ref Predictions[listed], predictions);
        return predictions;
    }

    private readonly record struct Prediction(double PlainShare, double Share, double LogExcess, double LogRest, double LogLowest);
}
