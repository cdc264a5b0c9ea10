using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Circumstances;

namespace Hspi.Verdicts;

/// <summary>From observations to a verdict. README.md beside this file gives every rule and why it is so cautious.</summary>
public static class VerdictRules
{
    /// <summary>Least probability at which a class is named without a claim.</summary>
    private const double Sure = 0.99;

    /// <summary>Concludes; the same for equal observations.</summary>
    public static Conclusion Conclude(Observations seen)
    {
        var ranking = Rank(seen);
        var columns = Columns(seen);
        var verdict = Withhold(seen.Claim is null ? Identify(seen, ranking) : JudgeClaim(columns, seen), seen);
        return new Conclusion(verdict, ranking, columns) { Next = verdict is Verdict.Unknown ? NextStep.Of(seen, columns) : null };
    }

    /// <summary>Each claimed column, in canonical order; none without a claim.</summary>
    internal static List<ClaimedColumn> Columns(Observations seen) => seen.Claim is { } claim
        ? [.. PlatformText.Keys.Where(claim.Columns.ContainsKey).Select(key => Judge(claim, key, seen))]
        : [];

    /// <summary>An endpoint may stay silent where an answer would betray it. What is missing is no pass; a proof stays one.</summary>
    /// <remarks>Questions for which the caller's own limits had no room are nobody's silence.</remarks>
    internal static Verdict Withhold(Verdict reached, Observations seen) =>
        seen.Open.Count(question => question.WithinLimits) is > 0 and var silent && reached is (Verdict.Consistent or Verdict.Identified)
            ? new Verdict.Unknown($"{silent} of {seen.Planned} questions {(silent == 1 ? "has" : "have")} no usable numbers, so nothing is confirmed: {What(seen.Open)}. By the other answers alone the verdict would be \"{Name(reached)}\".")
            : seen.IsUnfinished && reached is (Verdict.Consistent or Verdict.Identified)
                ? new Verdict.Unknown($"The evidence is unfinished, so nothing is confirmed. By the answers that it holds the verdict would be \"{Name(reached)}\".")
            : reached;

    private static string What(IReadOnlyList<OpenQuestion> open) => string.Join("; ", open
        .Where(question => question.WithinLimits)
        .GroupBy(question => question.Came)
        .Select(alike => $"{string.Join(", ", alike.Select(question => question.Number))} ({alike.Key})"));

    private static string Name(Verdict reached) => reached is Verdict.Consistent ? "consistent" : "identified";

    private static IReadOnlyList<RankedPlatform> Rank(Observations seen) =>
        // A ranking of single platforms would call two enrolled ones in turn "never enrolled".
        TwoPlatforms.Find(seen.References) is not null ? []
        : !seen.References.Any(ReferenceRules.Matches) && BusyMatch.Rank(seen.References) is { Count: > 0 } busy ? busy
        : Ranking.OfReferences([.. seen.References.Where(ReferenceRules.IsFine)]) is { Count: > 0 } enrolled ? enrolled
        : Find(seen, Aspect.Platform) is { } classified ? Ranking.OfReading(classified)
        : Find(seen, Aspect.Engine) is { } surface ? Ranking.OfReading(surface)
        : [];

    private static ClaimedColumn Judge(PlatformClaim claim, string key, Observations seen)
    {
        var free = key switch
        {
            "precision" => Unscaled(HeadRules.Judge(claim.Columns[key], Find(seen, Aspect.Head)), seen),
            "engine" => EngineRules.Judge(claim.Columns[key], Find(seen, Aspect.Engine), seen.Cores),
            _ => new ClaimedColumn(key, claim.Columns[key], Standing.NotVisible, "Only enrolled answers of such platforms could show it."),
        };
        return ReferenceRules.Judge(claim, key, seen.References) switch
        {
            null => free,
            // A 16-bit head fits quantised weights as well: it is no answer to those who recognised them.
            { Standing: Standing.Contradicted } narrower when free.Standing == Standing.Supported && ReferenceRules.IsQuantised(claim, seen.References) => narrower,
            { Standing: var enrolled } when Opposed(enrolled, free.Standing) => free with
            {
                Standing = Standing.NotVisible,
                Reason = "References and readers contradict each other here; nothing is concluded from either.",
            },
            { Standing: Standing.NotVisible } when free.Standing != Standing.NotVisible => free,
            var reached => reached,
        };
    }

    /// <summary>A lattice that was stretched before it was printed is not the head's.</summary>
    private static ClaimedColumn Unscaled(ClaimedColumn head, Observations seen) =>
        head.Standing == Standing.Contradicted && seen.Circumstances.FirstOrDefault(one => one is { Kind: CircumstanceKind.Scale, IsThere: true }) is { } scale
            ? head with { Standing = Standing.NotVisible, Reason = $"{scale.Seen} That stretches the lattice of the logits, so it contradicts nothing." }
            : head;

    private static bool Opposed(Standing one, Standing other) =>
        (one, other) is (Standing.Supported, Standing.Contradicted) or (Standing.Contradicted, Standing.Supported);

    private static Verdict JudgeClaim(List<ClaimedColumn> columns, Observations seen)
    {
        if (columns.FirstOrDefault(column => column.Standing == Standing.Contradicted) is { } wrong)
        {
            return new Verdict.Inconsistent($"{wrong.Key}={wrong.Claimed} cannot have given these answers. {wrong.Reason}");
        }

        var hidden = columns.Where(column => column.Standing == Standing.NotVisible).ToList();
        if (columns.Count > 0 && hidden.Count == 0)
        {
            return new Verdict.Consistent($"Every claimed column is supported. {columns[0].Reason}");
        }

        var supported = columns.Where(column => column.Standing == Standing.Supported).ToList();
        var partly = supported.Count == 0 ? "" : $"{Names(supported)} is supported, but ";
        // What stands in front names another engine: whoever reads "unknown" over it wants to know why.
        var engine = hidden.Find(column => column.Key == "engine") is { } other && Find(seen, Aspect.Engine) is not null ? other.Reason + " " : "";
        return new Verdict.Unknown($"{partly}{Names(hidden)} is not visible from here. {engine}{Missing(seen)}".Trim());
    }

    private static Verdict Identify(Observations seen, IReadOnlyList<RankedPlatform> ranking)
    {
        var matched = seen.References.Where(ReferenceRules.Matches).ToList();
        return matched switch
        {
            [var only] when ranking[0].Platform == only.Class && ranking[0].Probability >= Sure =>
                new Verdict.Identified(only.Class, ranking[0].Probability, $"All {only.Compared} printed values agree with its enrolled answers, and with no other class's."),
            [_, _, ..] => new Verdict.Unknown(
                $"{matched.Count} enrolled classes fit equally well: {string.Join(", ", matched.Select(one => one.Class))}. More digits or more prompts could part them."),
            [] when BusyMatch.Find(seen.References) is { Strange: 0, Classes: [var busy] } found => new Verdict.Identified(busy.Class, found.Probability, found.Seen),
            _ => new Verdict.Unknown(Missing(seen)),
        };
    }

    private static string Missing(Observations seen)
    {
        var closest = seen.References.Where(one => one.Compared > 0).MaxBy(one => (double)one.Equal / one.Compared);
        return closest switch
        {
            null when seen.References.Count > 0 => "The endpoint sent no numbers to the enrolled prompts, so there was nothing to compare.",
            null => "No enrolled answers to these prompts were given to compare with (--references).",
            { Decimals: < ReferenceRules.FewestDecimals } =>
                $"Logprobs are printed with {closest.Decimals} decimals; {ReferenceRules.FewestDecimals} are needed before equal digits mean an equal platform.",
            { Compared: < ReferenceRules.FewestValues } => $"Only {closest.Compared} values could be compared; {ReferenceRules.FewestValues} are needed.",
            _ when ReferenceRules.Matches(closest) => "",
            _ when TwoPlatforms.Find(seen.References) is { } found => found,
            _ when BusyMatch.Find(seen.References) is { } busy => busy.SeenWithStrange,
            { Equal: 0 } => $"None of {seen.References.Count} enrolled classes agrees in any of {closest.Compared} values. The platform was never enrolled, or another model, template or cache stands between.{OtherVersions(seen)}",
            _ => $"No enrolled class fits: the closest, {closest.Class}, agrees in {closest.Equal} of {closest.Compared} values. The platform was never enrolled, or a prompt cache or other callers change its bits.{OtherVersions(seen)}",
        };
    }

    /// <summary>A claimed version of which only others are enrolled can never match: one sentence about that, after a space; empty where it is not so.</summary>
    private static string OtherVersions(Observations seen)
    {
        if (seen.Claim is not { } claim || !claim.Columns.TryGetValue("version", out var version))
        {
            return "";
        }

        var enrolled = seen.References.SelectMany(one => one.Members)
            .Where(member => !claim.Columns.TryGetValue("engine", out var engine) || ClaimMatch.Agrees(engine, member.Engine))
            .Select(member => member.Version).Where(stated => stated.Length > 0).Distinct().ToList();
        return enrolled.Count == 0 || enrolled.Exists(stated => ClaimMatch.Agrees(version, stated))
            ? ""
            : $" Enrolled were other versions of it ({string.Join(", ", enrolled)}), which may compute other bits: enrol version {version}.";
    }

    private static string Names(IEnumerable<ClaimedColumn> columns) => string.Join(", ", columns.Select(column => $"{column.Key}={column.Claimed}"));

    /// <summary>The reading of one aspect; where several readers speak about it, the one that rests on most answers.</summary>
    private static Reading? Find(Observations seen, Aspect aspect) =>
        seen.Readings.Where(one => one.Aspect == aspect && one.Likelihoods.Count > 0).MaxBy(one => one.Calls);
}
