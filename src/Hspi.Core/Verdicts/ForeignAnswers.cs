using System.Globalization;
using System.Numerics;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Verdicts;

/// <summary>A claimed precision is contradicted by some of the answers, if those are another precision's, each by itself: a mixture of two servers, or a busy one.</summary>
/// <remarks>
/// Only precisions are judged so. A cache, a batch that others fill or a kernel chosen by length makes one server answer like two in everything
/// else; none of them makes it answer some questions with weights in another format.
/// </remarks>
internal static class ForeignAnswers
{
    /// <summary>ln 10^9: odds against chance of the positions that are another precision's states.</summary>
    private const double Decisive = 20.7;

    /// <summary>Answers whose positions must add up to these odds, at least: the positions of one answer are not independent.</summary>
    private const int FewestAnswers = 2;

    /// <summary>How many times farther from the claimed platform they must lie, in the middle, than its own farthest answer.</summary>
    private const double FarthestTimes = 3;

    /// <summary>Judges <c>precision</c>; null where such answers do not contradict it.</summary>
    public static ClaimedColumn? Judge(PlatformClaim claim, IReadOnlyList<ReferenceAgreement> references)
    {
        var claimed = claim.Columns["precision"];
        var enrolled = ReferenceRules.Claimed(claim, references);
        var denying = references.Where(one => one.Members.All(member => ClaimMatch.Denies(claimed, member.Precision)) && ReferenceRules.DeniesFormat(claim, [.. one.Members], references)).ToList();
        if (enrolled.Count == 0 || denying.Count == 0 || !ReferenceRules.IsFine(denying[0]) && denying.TrueForAll(one => one.Noise is null))
        {
            return null;
        }

        var others = references.Except(denying).ToList();
        var all = AnswerOwner.Compared(references);
        var foreign = all.Where(answer => denying.Exists(one => AnswerOwner.Owns(one, answer)) && !others.Exists(one => AnswerOwner.Owns(one, answer))).ToList();
        var exact = ReferenceRules.IsFine(denying[0]) && foreign.Sum(answer => denying.Max(one => AnswerOwner.IsWhole(one.Answers[answer]) ? one.Answers[answer].Compared : 0)) >= ReferenceRules.FewestValues;
        var odds = foreign.Sum(answer => BitOperations.PopCount(denying.Aggregate(0UL, (bits, one) => one.Noise is null ? bits : bits | one.Answers[answer].States.Met))) * -Math.Log(denying[0].Chance);
        if ((!exact && (odds < Decisive || foreign.Count < FewestAnswers)) || !enrolled.TrueForAll(one => IsOut(one, foreign, exact)))
        {
            return null;
        }

        var share = Interval.Wilson(foreign.Count, all.Count);
        return new ClaimedColumn("precision", claimed, Standing.Contradicted, string.Create(
            CultureInfo.InvariantCulture,
            $"{foreign.Count} of {all.Count} answers (share {share.Value:F2}, 95 % interval {share.Low:F2} to {share.High:F2}) are those of {string.Join(" or ", denying.Where(one => foreign.Exists(answer => AnswerOwner.Owns(one, answer))).Select(one => one.Class))} and of no platform that the claim allows; {all.Count(answer => enrolled.Exists(one => AnswerOwner.Owns(one, answer)))} are those of the claimed platform."));
    }

    /// <summary>Whether a class of the claimed platform cannot have given these answers.</summary>
    private static bool IsOut(ReferenceAgreement one, List<int> foreign, bool exact) =>
        (exact && one is { Noise: null, Repeats: Repeats.Agree or Repeats.NotNeeded } && foreign.Sum(answer => one.Answers[answer].Compared - one.Answers[answer].Equal) >= ReferenceRules.FewestDifferences)
        || (one.Noise is { } noise && EnrolledStates.Median(foreign.Select(answer => one.Answers[answer].States.Distance).OfType<double>()) > FarthestTimes * Math.Max(BusyMatch.Slack, Math.Min(noise.Usual, noise.Farthest)));
}
