using Hspi.Readers;

namespace Hspi.Verdicts;

/// <summary>Probabilities of the platforms that could be behind the answers.</summary>
public static class Ranking
{
    /// <summary>The alternative that is always there: a platform of which we have no answers.</summary>
    public const string NeverEnrolled = "never enrolled";

    /// <summary>Posterior over the enrolled classes and <see cref="NeverEnrolled"/>, each equally likely before.</summary>
    /// <remarks>It only ranks: whether a class matches is decided by <see cref="ReferenceRules"/>, which allows no difference at all.</remarks>
    public static IReadOnlyList<RankedPlatform> OfReferences(IReadOnlyList<ReferenceAgreement> references)
    {
        if (references.All(reference => reference.Compared == 0))
        {
            return [];
        }

        var closest = references.Where(reference => reference.Compared > 0).MaxBy(reference => (double)reference.Equal / reference.Compared)!;
        return Normalised(
        [
            .. references.Select(reference => (reference.Class, reference.LogLikelihood)),
            (NeverEnrolled, closest.LogLikelihoodOfStranger),
        ]);
    }

    /// <summary>Posterior over the alternatives of one reader, each equally likely before.</summary>
    public static IReadOnlyList<RankedPlatform> OfReading(Reading reading) =>
        Normalised([.. reading.Likelihoods.Select(pair => (pair.Key, pair.Value))]);

    /// <summary>Log-likelihoods as probabilities, best first; empty where the best of them is no number.</summary>
    internal static IReadOnlyList<RankedPlatform> Normalised(IReadOnlyList<(string Name, double Log)> alternatives)
    {
        if (alternatives.Count == 0)
        {
            return [];
        }

        var greatest = alternatives.Max(one => one.Log);
        if (!double.IsFinite(greatest))
        {
            return [];
        }

        var weights = alternatives.Select(one => (one.Name, Weight: Math.Exp(one.Log - greatest))).ToList();
        var sum = weights.Sum(one => one.Weight);
        return [.. weights
            .Select(one => new RankedPlatform(one.Name, one.Weight / sum))
            .OrderByDescending(one => one.Probability)
            .ThenBy(one => one.Platform, StringComparer.Ordinal)];
    }
}
