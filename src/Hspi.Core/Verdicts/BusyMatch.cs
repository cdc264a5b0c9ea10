using System.Globalization;
using System.Numerics;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Verdicts;

/// <summary>A server that others use, recognised: no class agrees in every value, but whole positions are states in which one was enrolled.</summary>
/// <remarks>Only classes that were seen to differ from themselves are recognised so; one that agrees with itself has to agree in everything.</remarks>
/// <param name="Classes">The class and those that print the same states: one under load, and nobody can tell them apart. At least one.</param>
/// <param name="Probability">Posterior probability, 0 to 1.</param>
/// <param name="Positions">Positions of the answers, and those that are states of these classes.</param>
/// <param name="Others">Positions that are states of other classes only.</param>
/// <param name="Answers">Answers that could be compared.</param>
/// <param name="Strange">Those of them that lie farther from every state than these classes lie from themselves; where more of them than usual meet no state, those.</param>
internal sealed record BusyMatch(IReadOnlyList<ReferenceAgreement> Classes, double Probability, PositionCount Positions, int Others, int Answers, int Strange)
{
    /// <summary>Least probability at which a class is recognised.</summary>
    private const double Sure = 0.99;

    /// <summary>Classes of less probability explain no answer.</summary>
    private const double Negligible = 0.001;

    /// <summary>How many times farther an answer may lie than the farthest enrolled one: those are few, and the next may be farther.</summary>
    private const double FarthestTimes = 1.5;

    /// <summary>How many times more often answers may meet no state than the enrolled ones: more may use the server now.</summary>
    private const double UnmetTimes = 2;

    /// <summary>Least probability of so many answers without a state, before they are called strange.</summary>
    private const double Rare = 0.01;

    /// <summary>Nats by which an answer may lie farther than the farthest enrolled one: what half a unit of the third decimal hides.</summary>
    public const double Slack = 5e-4;

    /// <summary>The classes by name, as in "a or b".</summary>
    public string Names => string.Join(" or ", Classes.Select(one => one.Class));

    /// <summary>What was seen, and that some answers do not fit it where they do not.</summary>
    public string SeenWithStrange => Strange == 0 ? Seen : string.Create(CultureInfo.InvariantCulture, $"{Seen} But {Strange} of {Answers} answers are none that it was seen to give.");

    /// <summary>What was seen, one sentence.</summary>
    public string Seen => string.Create(
        CultureInfo.InvariantCulture,
        $"{Positions.Met} of {Positions.Positions} positions are, in all their values, what {Names} {(Classes.All(one => one.Repeats == Repeats.Computed) ? "was computed to print" : "prints when others use it")}; {(Others == 0 ? "no other enrolled class has one" : $"{Others} are other classes' only")}.");

    /// <summary>The class that explains the answers best; null where none is recognised.</summary>
    public static BusyMatch? Find(IReadOnlyList<ReferenceAgreement> references) => Posterior(references) is [{ Probability: >= Sure } best, ..] ? Of([best], references) : null;

    /// <summary>Posterior over the classes, those that are one under load together, and <see cref="Ranking.NeverEnrolled"/>. Empty where no position is met.</summary>
    public static IReadOnlyList<RankedPlatform> Rank(IReadOnlyList<ReferenceAgreement> references) =>
        Posterior(references) is { Count: > 0 } posterior
            ? [.. posterior.Select(one => new RankedPlatform(Name(one.Classes), one.Probability)).Append(new RankedPlatform(Ranking.NeverEnrolled, Math.Max(0, 1 - posterior.Sum(one => one.Probability)))).OrderByDescending(one => one.Probability)]
            : [];

    /// <summary>
    /// Groups of classes that are one under load, likeliest first; each group and <see cref="Ranking.NeverEnrolled"/> are equally likely before. A class
    /// meets its own positions at a rate of which nothing is known; positions that only others have are met by chance, at the rate measured
    /// between enrolled classes.
    /// </summary>
    private static List<(IReadOnlyList<ReferenceAgreement> Classes, double Probability)> Posterior(IReadOnlyList<ReferenceAgreement> references)
    {
        var groups = Groups(references);
        var (anyMet, _, all) = groups.Count == 0 ? default : Count(references, references);
        if (anyMet == 0)
        {
            return [];
        }

        var chance = groups[0][0].Chance;
        var ranking = Ranking.Normalised(
        [
            .. groups.Select(group =>
            {
                var (met, others, positions) = Count(group, references);
                return (Name(group), ReferenceAgreement.LogBeta(positions - met + 1, met + 1) + (others * Math.Log(chance)));
            }),
            (Ranking.NeverEnrolled, (anyMet * Math.Log(chance)) + ((all - anyMet) * Math.Log(1 - chance))),
        ]).ToDictionary(one => one.Platform, one => one.Probability, StringComparer.Ordinal);
        return [.. groups.Select(group => (group, ranking[Name(group)])).OrderByDescending(one => one.Item2)];
    }

    private static BusyMatch Of(IReadOnlyList<(IReadOnlyList<ReferenceAgreement> Classes, double Probability)> groups, IReadOnlyList<ReferenceAgreement> references)
    {
        List<ReferenceAgreement> classes = [.. groups.SelectMany(one => one.Classes).DistinctBy(one => one.Class)];
        var (met, others, positions) = Count(classes, references);
        var compared = AnswerOwner.Compared(references);
        var unmet = compared.Where(answer => !classes.Exists(one => one.Answers[answer].States.IsMet)).ToList();
        var strange = unmet.Count(answer => !classes.Exists(one => IsNear(one, answer)));
        return new BusyMatch(classes, groups.Sum(one => one.Probability), new PositionCount(positions, met), others, compared.Count, strange == 0 && !IsUsual(classes, unmet.Count, compared.Count) ? unmet.Count : strange);
    }

    /// <summary>Judges one column; null where no busy class is recognised.</summary>
    public static ClaimedColumn? Judge(PlatformClaim claim, string key, IReadOnlyList<ReferenceAgreement> references)
    {
        var claimed = claim.Columns[key];
        bool Allows(IReadOnlyList<ReferenceAgreement> classes) =>
            classes.All(one => one.Members.Any(member => ReferenceRules.IsMeant(claim, member, references)))
            || classes.All(one => one.Members.All(member => ReferenceRules.IsMeant(key, claimed, member, references)));
        var allowed = Posterior(references).Where(one => one.Probability >= Negligible && Allows(one.Classes)).ToList();
        if (allowed.Sum(one => one.Probability) < Sure)
        {
            return Find(references) is { } other ? new ClaimedColumn(key, claimed, Standing.NotVisible, $"{other.Seen} That does not decide about {key}={claimed}.") : null;
        }

        var found = Of(allowed, references);
        var members = found.Classes.SelectMany(one => one.Members).ToList();
        return found.Strange > 0 ? new ClaimedColumn(key, claimed, Standing.NotVisible, found.SeenWithStrange)
            : !HasRival(key, claimed, members, references) ? new ClaimedColumn(key, claimed, Standing.NotVisible, $"{found.Seen} But no platform is enrolled that differs from it in {key} alone, so nobody knows whether such a one prints the same.")
            : new ClaimedColumn(key, claimed, Standing.Supported, found.Seen);
    }

    /// <summary>Whether a platform is enrolled that states this column otherwise, is like one of these in all others, and is not one with them under load.</summary>
    private static bool HasRival(string key, string claimed, List<Platform> members, IReadOnlyList<ReferenceAgreement> references) =>
        references.SelectMany(one => one.Members).Except(members).Any(rival => ClaimMatch.Denies(claimed, PlatformText.ValueOf(rival, key)) && members.Exists(member => ClaimMatch.IsLikeBut(key, rival, member)));

    private static bool IsNear(ReferenceAgreement one, int answer) =>
        one.Noise is { } noise && (one.Answers[answer].States.Distance ?? double.PositiveInfinity) <= (FarthestTimes * noise.Farthest) + Slack;

    /// <summary>Whether the enrolled answers of a class miss each other often enough for so many unmet ones to be its own.</summary>
    private static bool IsUsual(IReadOnlyList<ReferenceAgreement> classes, int unmet, int answers)
    {
        var rate = Math.Min(0.95, UnmetTimes * classes.Max(one => one.Noise is { } noise ? (noise.Unmet + 1.0) / (noise.Answers + 2) : 0));
        // P(X < unmet), term by term.
        var (below, term) = (0.0, Math.Pow(1 - rate, answers));
        for (var k = 0; k < unmet; k++)
        {
            below += term;
            term *= (answers - k) / (k + 1.0) * rate / (1 - rate);
        }

        return 1 - below >= Rare;
    }

    private static List<IReadOnlyList<ReferenceAgreement>> Groups(IReadOnlyList<ReferenceAgreement> references) =>
    [
        .. references.Where(one => one.Noise is not null)
            .Select(one => (IReadOnlyList<ReferenceAgreement>)[.. references.Where(other => one.Alike.Contains(other.Class))])
            .DistinctBy(Name),
    ];

    private static string Name(IReadOnlyList<ReferenceAgreement> group) => string.Join(" or ", group.Select(one => one.Class));

    /// <summary>Positions that some of these classes meet, those that only other classes meet, and those that any class could meet.</summary>
    private static (int Met, int Others, int Positions) Count(IReadOnlyList<ReferenceAgreement> group, IReadOnlyList<ReferenceAgreement> references)
    {
        var (met, others, positions) = (0, 0, 0);
        for (var answer = 0; answer < references[0].Answers.Count; answer++)
        {
            var own = group.Aggregate(0UL, (bits, one) => bits | one.Answers[answer].States.Met);
            met += BitOperations.PopCount(own);
            others += BitOperations.PopCount(references.Aggregate(0UL, (bits, one) => bits | one.Answers[answer].States.Met) & ~own);
            positions += BitOperations.PopCount(references.Aggregate(0UL, (bits, one) => bits | one.Answers[answer].States.Compared));
        }

        return (met, others, positions);
    }
}
