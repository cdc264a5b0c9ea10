using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Circumstances;

namespace Hspi.Verdicts;

/// <summary>What would help most where the evidence does not decide: one thing that the user can do.</summary>
/// <remarks>The first that applies: what was not asked, then what cannot be seen through this door, then what is not enrolled.</remarks>
internal static class NextStep
{
    /// <summary>One sentence, or two.</summary>
    /// <param name="seen">What the verdict rests on.</param>
    /// <param name="columns">Each claimed column, judged.</param>
    public static string Of(Observations seen, IReadOnlyList<ClaimedColumn> columns) =>
        Unasked(seen) ?? Unseen(seen) ?? Unenrolled(seen, columns);

    private static string? Unasked(Observations seen)
    {
        var silent = seen.Open.Where(question => question.WithinLimits).ToList();
        return seen.IsUnfinished ? "Let the run come to its end: the same words with --resume and the evidence file."
            : silent.Count == 0 ? null
            : silent.Exists(question => question.Came == OpenQuestion.NotAsked) ? "Ask what is left: the same words with --resume and the evidence file, and with higher limits where one of them ended the run."
            : "Ask the provider why these questions have no numbers, and run it again later, into a new evidence file.";
    }

    private static string? Unseen(Observations seen)
    {
        var best = seen.References.Where(one => one.Compared > 0).MaxBy(one => one.Compared);
        return seen.Logprobs switch
        {
            null => "Check address, model and key, or name the API with --dialect: nothing was understood.",
            false => "Ask through an API of this provider that returns logprobs (--dialect names one); where there is none, `hspi compare` holds two endpoints' texts against each other.",
            _ when seen.References.Count == 0 || seen.References.Any(ReferenceRules.Matches) => null,
            _ when There(seen, CircumstanceKind.OtherText) => "Let the model read what was enrolled: ask in the dialect and with the template of the enrolment, or enrol through the same one as you buy.",
            _ when There(seen, CircumstanceKind.Scale) => "Find out who sets a temperature: the logprobs are computed after it. Ask for raw logprobs, or enrol with the same setting.",
            _ when There(seen, CircumstanceKind.OtherModel) => "Name the model that was enrolled with --model: the answers come under another name.",
            _ when best is { Decimals: < ReferenceRules.FewestDecimals } => $"Find an API of this provider that prints more digits: {best.Decimals} decimals do not part platforms.",
            _ when best is null or { Compared: < ReferenceRules.FewestValues } => "Compare more values: enrol more prompts, or ask where more alternatives are shown.",
            _ => null,
        };
    }

    private static string Unenrolled(Observations seen, IReadOnlyList<ClaimedColumn> columns)
    {
        if (seen.References.Count == 0)
        {
            return $"Enrol servers that you trust, as claimed and as you suspect, and give the file with --references: {EnrolledReferences.HowToEnrol("…")}.";
        }

        if (seen.Claim is not { } claim)
        {
            return seen.References.Count(ReferenceRules.Matches) > 1 ? "Enrol these classes with more prompts: on those that were asked they answer alike." : $"Enrol more platforms: none of the enrolled ones gives these answers. {EnrolledReferences.HowToEnrol("…")}";
        }

        return EnrolledBadly(seen, claim) ?? ServedMore(seen, columns) ?? columns.FirstOrDefault(column => column.Standing == Standing.NotVisible) switch
        {
            null => "Enrol what may be served instead: none of the enrolled platforms gives these answers.",
            { Key: "batch" } => "Leave batch out of the claim: who else asks decides how large it is, so nothing can show it.",
            var hidden => $"Enrol a platform that differs from the claimed one in {hidden.Key} alone: without one nothing shows {hidden.Key}={hidden.Claimed}.",
        };
    }

    private static string? EnrolledBadly(Observations seen, PlatformClaim claim)
    {
        var claimed = ReferenceRules.Claimed(claim, seen.References);
        return claimed.Count == 0 ? $"Enrol the claimed platform itself; only then can it be told whether these are its answers: {EnrolledReferences.HowToEnrol(claim.ToString())}."
            : claimed.Exists(one => one.Repeats == Repeats.Unknown) ? "Enrol the claimed platform with --samples 2 or more: nobody knows whether it agrees with itself."
            : claimed.Exists(one => one.Repeats == Repeats.Differ && one.Noise is null) ? "Enrol the claimed platform while nobody else asks, or without its prompt cache."
            : !seen.References.Any(ReferenceRules.Matches) && BusyMatch.Find(seen.References) is null && seen.References.All(one => one.Noise is null) ? "Enrol it while others use it (--callers 3), if it is served to many: a busy server prints other bits than a quiet one. Otherwise enrol what may be served instead."
            : null;
    }

    private static string? ServedMore(Observations seen, IReadOnlyList<ClaimedColumn> columns) =>
        columns.FirstOrDefault(column => column is { Key: "precision", Standing: Standing.NotVisible }) is { } hidden
        && ReferenceRules.Recognised(seen.References) is { Count: > 0 } found
        && found.All(one => one.Members.All(member => NumberFormats.IsWider(member.Precision, hidden.Claimed)))
            ? $"Nothing needs to be enrolled: the answers are those of {string.Join(" or ", found.Select(one => one.Class))}, a wider format than precision={hidden.Claimed}, and more than was claimed is no lie."
            : null;

    private static bool There(Observations seen, CircumstanceKind kind) => seen.Circumstances.Any(one => one.Kind == kind && one.IsThere == true);
}
