namespace Hspi.Readers.Lattice;

/// <summary>Where the lowest listed logit of a position lies if the mean over the vocabulary is about 0: a density for each size of vocabulary.</summary>
/// <remarks>
/// Softmax hides what is added to all logits. But trained models hardly add anything, and then the values themselves tell their size: the
/// K-th highest of V normal values lies z standard deviations above 0, Φ(−z) = K/V, and the standard deviation shows twice, in how far
/// the listed values are apart and in how much probability is left for the rest. A temperature stretches all alike, so it need not be known.
/// V is not known: one hypothesis for each. They also stand for tops that are heavier or lighter than normal.
/// </remarks>
internal sealed class SpreadPrior
{
    /// <summary>Hypotheses of V: 300 to 490,000.</summary>
    public const int Vocabularies = 7;

    private const double SmallestVocabulary = 300;
    private const double VocabularyStep = 3.43;
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
    private const double Softness = 0.2;
    private const double MeanScatter = 1.3;

    // A position that is nothing like the others.
    private const double OutlierShare = 0.02;
    private const double OutlierWidth = 1.5;

    private static readonly double[] LogShares = [.. ((double[])[0.1, 0.15, 0.15, 0.15, 0.17, 0.18, 0.1]).Select(share => Math.Log(share))];
    private static readonly Prediction[][] Predictions = new Prediction[LatticeRow.Capacity + 1][];

    private readonly double[] _logWeights = new double[Vocabularies];
    private readonly double[] _means = new double[Vocabularies];
    private readonly double[] _variances = new double[Vocabularies];

    /// <summary>Logarithm of the prior share of a hypothesis.</summary>
    public static double LogShare(int vocabulary) => LogShares[vocabulary];

    /// <summary>Whether the last position says anything.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Reads a position in place of the last.</summary>
    /// <param name="shape">What it shows.</param>
    /// <param name="plain">Whether its values are logits, and not stretched by a temperature.</param>
    public void Read(TopShape shape, bool plain)
    {
        IsKnown = shape.IsKnown;
        if (!IsKnown)
        {
            return;
        }

        var predictions = Volatile.Read(ref Predictions[shape.Listed]) ?? Predict(shape.Listed);
        var excessVariance = (shape.ExcessError * shape.ExcessError) + (ExcessSoftness * ExcessSoftness);
        var restVariance = (1.0 / shape.Listed) + (RestSoftness * RestSoftness);
        var total = 0.0;
        for (var vocabulary = 0; vocabulary < Vocabularies; vocabulary++)
        {
            var (sum, mean, square) = (1e-30, 0.0, 0.0);
            for (var spread = 0; spread < Spreads; spread++)
            {
                var predicted = predictions[(vocabulary * Spreads) + spread];
                var excess = shape.LogExcess - predicted.LogExcess;
                var rest = double.IsNaN(shape.LogRest) ? 0 : shape.LogRest - predicted.LogRest;
                var weight = (plain ? predicted.PlainShare : predicted.Share) * Math.Exp((-excess * excess / (2 * excessVariance)) - (rest * rest / (2 * restVariance)));
                sum += weight;
                mean += weight * predicted.LogLowest;
                square += weight * predicted.LogLowest * predicted.LogLowest;
            }

            _logWeights[vocabulary] = sum;
            _means[vocabulary] = mean / sum;
            var scatter = MeanScatter / Math.Exp(_means[vocabulary]);
            _variances[vocabulary] = Math.Max(0, (square / sum) - (mean / sum * mean / sum)) + (Softness * Softness) + (scatter * scatter);
            total += sum * Math.Exp(LogShares[vocabulary]);
        }

        for (var vocabulary = 0; vocabulary < Vocabularies; vocabulary++)
        {
            _logWeights[vocabulary] = Math.Log((0.95 * _logWeights[vocabulary] / total) + 0.05);
        }
    }

    /// <summary>Probability density, per unit of ln <paramref name="lowest"/> (nats, above 0), times how likely the vocabulary makes the position's values.</summary>
    public double Density(int vocabulary, double lowest)
    {
        var distance = Math.Log(lowest) - _means[vocabulary];
        var variance = _variances[vocabulary];
        return Math.Exp(_logWeights[vocabulary]) * (
            ((1 - OutlierShare) * Math.Exp(-distance * distance / (2 * variance)) / Math.Sqrt(2 * Math.PI * variance))
            + (OutlierShare * Math.Exp(-distance * distance / (2 * OutlierWidth * OutlierWidth)) / (OutlierWidth * Math.Sqrt(2 * Math.PI))));
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
