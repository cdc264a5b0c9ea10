using Hspi.Readers;

namespace Hspi.Verdicts;

/// <summary>Probabilities of the platforms that could be behind the answers.</summary>
public static class Ranking
{
    /// <summary>The alternative that is always there: a platform of which we have no answers.</summary>
    public const string NeverEnrolled = "never enrolled";

    /// <summary>
    /// Share of values in which a platform may differ from its own enrolment: a rounding of a proxy, one request in a
    /// strange batch. Only ranks; whether a class matches is decided by <see cref="ReferenceRules"/>, which allows none.
    /// </summary>
    private const double Slip = 0.001;

    /// <summary>Posterior over the enrolled classes and <see cref="NeverEnrolled"/>, each equally likely before.</summary>
    /// <remarks>
    /// An enrolled class prints each value as enrolled with probability 1 − <see cref="Slip"/>. About a platform that was
    /// never enrolled nothing is known, so its rate of agreement with the best class is uniform: it explains k equal
    /// values of n with probability B(k + 1, n − k + 1).
    /// </remarks>
    public static IReadOnlyList<RankedPlatform> OfReferences(IReadOnlyList<ReferenceAgreement> references)
    {
        if (references.All(reference => reference.Compared == 0))
        {
            return [];
        }

        var closest = references.Where(reference => reference.Compared > 0).MaxBy(reference => (double)reference.Equal / reference.Compared)!;
        return Normalised(
        [
            .. references.Select(reference => (reference.Class,
                (reference.Equal * Math.Log(1 - Slip)) + ((reference.Compared - reference.Equal) * Math.Log(Slip)))),
            (NeverEnrolled, LogBeta(closest.Equal + 1, closest.Compared - closest.Equal + 1)),
        ]);
    }

    /// <summary>Posterior over the alternatives of one reader, each equally likely before.</summary>
    public static IReadOnlyList<RankedPlatform> OfEvidence(Evidence evidence) =>
        Normalised([.. evidence.Likelihoods.Select(pair => (pair.Key, pair.Value))]);

    private static IReadOnlyList<RankedPlatform> Normalised(IReadOnlyList<(string Name, double Log)> alternatives)
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

    /// <summary>ln B(a, b) for whole numbers: ln (a−1)! (b−1)! / (a+b−1)!, summed term by term.</summary>
    private static double LogBeta(int a, int b)
    {
        var sum = 0.0;
        for (var i = 1; i < b; i++)
        {
            sum += Math.Log(i) - Math.Log(a + i - 1);
        }

        return sum - Math.Log(a + b - 1);
    }
}
