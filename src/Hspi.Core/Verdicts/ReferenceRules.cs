using Hspi.Platforms;
using Hspi.Readers;

namespace Hspi.Verdicts;

/// <summary>What the comparison with enrolled answers says: it reaches every column, and decides only on exact agreement.</summary>
internal static class ReferenceRules
{
    /// <summary>Fewer printed values than this match or differ by luck: rounded to few digits, a value has few neighbours.</summary>
    public const int FewestValues = 100;

    /// <summary>
    /// Printed with fewer decimals than this, different platforms print the same: with 3 decimals, 22 of 264 that were never
    /// enrolled matched another class in every value, with 4 none did (hspi evaluate datasets/reference.parquet --reference).
    /// One more than was needed, because the platforms of that table are not all there are.
    /// </summary>
    public const int FewestDecimals = 5;

    /// <summary>Values in which a class must differ, at least, before it is out of the question.</summary>
    public const int FewestDifferences = 10;

    /// <summary>Whether the endpoint prints enough decimals for an agreement to mean anything.</summary>
    public static bool IsFine(ReferenceAgreement reference) => reference.Decimals is null or >= FewestDecimals;

    /// <summary>Whether every compared value agrees, and there are enough of them with enough digits.</summary>
    public static bool Matches(ReferenceAgreement reference) =>
        IsFine(reference) && reference.Compared >= FewestValues && reference.Equal == reference.Compared;

    /// <summary>The classes whose answers these are, exactly or as busy servers give them; none where none is, or where some answers do not fit.</summary>
    public static IReadOnlyList<ReferenceAgreement> Recognised(IReadOnlyList<ReferenceAgreement> references) =>
        references.Where(Matches).ToList() is { Count: > 0 } matched ? matched : BusyMatch.Find(references) is { Strange: 0 } busy ? busy.Classes : [];

    /// <summary>Whether it plainly answers otherwise.</summary>
    public static bool Differs(ReferenceAgreement reference) =>
        reference.Compared >= FewestValues && reference.Compared - reference.Equal >= FewestDifferences;

    /// <summary>Judges one column; null where the references do not reach it.</summary>
    public static ClaimedColumn? Judge(PlatformClaim claim, string key, IReadOnlyList<ReferenceAgreement> references) => JudgeWhole(claim, key, references) switch
    {
        { Standing: not Standing.NotVisible } decided => decided,
        var undecided => (key == "precision" ? ForeignAnswers.Judge(claim, references) : null) ?? undecided ?? BusyMatch.Judge(claim, key, references),
    };

    /// <summary>Whether whatever denies the claimed precision by its answers is a format of quantised weights.</summary>
    public static bool IsQuantised(PlatformClaim claim, IReadOnlyList<ReferenceAgreement> references) =>
        claim.Columns.TryGetValue("precision", out var claimed)
        && references.Where(one => Matches(one) || Enumerable.Range(0, one.Answers.Count).Any(answer => AnswerOwner.Owns(one, answer)))
            .SelectMany(one => one.Members).All(member => !ClaimMatch.Denies(claimed, member.Precision) || NumberFormats.IsQuantised(member.Precision));

    /// <summary>By classes that agree in every value.</summary>
    private static ClaimedColumn? JudgeWhole(PlatformClaim claim, string key, IReadOnlyList<ReferenceAgreement> references)
    {
        var claimed = claim.Columns[key];
        ClaimedColumn Say(Standing standing, string reason) => new(key, claimed, standing, reason);
        var matched = references.Where(Matches).ToList();
        if (matched.Count == 0)
        {
            return JudgeEach(claimed, key, references);
        }

        var names = string.Join(" or ", matched.Select(reference => reference.Class));
        if (matched.All(reference => reference.Members.Any(member => IsMeant(claim, member, references))))
        {
            return Say(Standing.Supported, $"All {matched[0].Compared} printed values are those of {names}, which includes the claimed platform.");
        }

        var members = matched.SelectMany(reference => reference.Members).ToList();
        // Who else asks decides how large a batch is.
        var denied = key != "batch" && members.TrueForAll(member => ClaimMatch.Denies(claimed, PlatformText.ValueOf(member, key))) && ClaimedIsOut(claim, references)
            && (key == "precision" ? DeniesFormat(claim, members, references) : HasCounterpart(claim, members, references));
        if (denied)
        {
            return Unsteady(claim, references) is { } unsteady
                ? Say(Standing.NotVisible, $"All {matched[0].Compared} printed values are those of {names}, but {unsteady}, so they contradict nothing.")
                : Say(Standing.Contradicted, $"All {matched[0].Compared} printed values are those of {names}, and none of the claimed platform's references agrees.");
        }

        if (!members.All(member => ClaimMatch.Agrees(claimed, PlatformText.ValueOf(member, key))))
        {
            return null;
        }

        return members.All(member => IsMeant(key, claimed, member, references))
            ? Say(Standing.Supported, $"All {matched[0].Compared} printed values are those of {names}.")
            : Say(Standing.NotVisible, $"All {matched[0].Compared} printed values are those of {names}, and not those enrolled as {key}={claimed} to the letter.");
    }

    /// <summary>By classes that have each answer by itself, where none has all: replicas, or a server that computes in several ways. It supports what is true of all of them.</summary>
    private static ClaimedColumn? JudgeEach(string claimed, string key, IReadOnlyList<ReferenceAgreement> references)
    {
        if (references.Count == 0 || !IsFine(references[0]))
        {
            return null;
        }

        var answers = AnswerOwner.Compared(references);
        var owners = answers.ConvertAll(answer => references.Where(one => AnswerOwner.IsWhole(one.Answers[answer])).ToList());
        var values = answers.Zip(owners, (answer, own) => own.Count == 0 ? 0 : own.Max(one => one.Answers[answer].Compared)).ToList();
        return values.Sum() < FewestValues || values.Contains(0) || !owners.TrueForAll(own => own.TrueForAll(one => one.Members.All(member => IsMeant(key, claimed, member, references))))
            ? null
            : new ClaimedColumn(key, claimed, Standing.Supported, $"Each of {answers.Count} answers is, in all its values, that of an enrolled class ({string.Join(", ", owners.SelectMany(own => own).Select(one => one.Class).Distinct())}), and all of these are {key}={claimed}.");
    }

    public static bool IsMeant(PlatformClaim claim, Platform member, IReadOnlyList<ReferenceAgreement> references) =>
        claim.Columns.All(pair => IsMeant(pair.Key, pair.Value, member, references));

    /// <summary>
    /// Whether a platform is what a claimed word means: that word, or a longer one where nobody enrolled the word itself. Whoever enrolled
    /// <c>kvf16</c> beside <c>kvf16-fa</c> told them apart, so the bits of the second confirm no claim of the first. They contradict none either:
    /// a shorter word may still be a shorter word.
    /// </summary>
    public static bool IsMeant(string key, string claimed, Platform member, IReadOnlyList<ReferenceAgreement> references) =>
        PlatformText.ValueOf(member, key) is var stated
        && (stated.Equals(claimed, StringComparison.OrdinalIgnoreCase)
            || (ClaimMatch.Agrees(claimed, stated)
                && !references.Any(reference => reference.Members.Any(other => PlatformText.ValueOf(other, key).Equals(claimed, StringComparison.OrdinalIgnoreCase)))));

    /// <summary>
    /// Whether these formats exclude the claimed one. A wider one holds the claimed; one that may be how weights are stored can be computed
    /// in the claimed, so it needs a counterpart; one that quantises activations shares no bits with others, whatever else differs.
    /// </summary>
    public static bool DeniesFormat(PlatformClaim claim, List<Platform> members, IReadOnlyList<ReferenceAgreement> references) =>
        members.TrueForAll(member => !NumberFormats.IsWider(member.Precision, claim.Columns["precision"]))
        && (members.TrueForAll(member => !NumberFormats.MayBeStorage(member.Precision)) || HasCounterpart(claim, members, references));

    /// <summary>
    /// Whether a platform is enrolled that is as claimed and otherwise like one of those that matched. Without one, what differs may be a
    /// column that nobody claimed: two threads enrolled in fp32 say nothing about two threads in int4, which may share every bit with one.
    /// </summary>
    private static bool HasCounterpart(PlatformClaim claim, List<Platform> matched, IReadOnlyList<ReferenceAgreement> references) =>
        references.SelectMany(reference => reference.Members).Any(member => ClaimMatch.Fits(claim, member) && matched.Exists(other => IsLike(claim, member, other)));

    /// <summary>
    /// Exactly as claimed in every column in which <paramref name="matched"/> is not, and the same text in all others. A column left open
    /// is like another that is open, and like nothing else; a shorter word (<c>opt</c> for <c>opt-all</c>) leaves open what it does not say.
    /// </summary>
    private static bool IsLike(PlatformClaim claim, Platform member, Platform matched) => PlatformText.Keys.All(column =>
    {
        var (own, other) = (PlatformText.ValueOf(member, column), PlatformText.ValueOf(matched, column));
        return claim.Columns.TryGetValue(column, out var claimed) && ClaimMatch.Denies(claimed, other)
            ? own.Equals(claimed, StringComparison.OrdinalIgnoreCase)
            // A device has one architecture: another device cannot have the same.
            : own == other || (column == "arch" && member.Device != matched.Device);
    });

    /// <summary>
    /// Which references of the claimed platform cannot be trusted to differ, as part of a sentence; null for none. A server that others used
    /// while it was enrolled answers otherwise when it is quiet, and is still the claimed one.
    /// </summary>
    private static string? Unsteady(PlatformClaim claim, IReadOnlyList<ReferenceAgreement> references)
    {
        var enrolled = Claimed(claim, references);
        return enrolled.Select(reference => reference.Repeats).DefaultIfEmpty().Max() switch
        {
            Repeats.Differ => "the enrolled answers of the claimed platform differ from themselves when asked again",
            Repeats.Unknown => "the claimed platform was enrolled with a single answer to each question, and nobody knows whether it agrees with itself",
            Repeats.Computed => "the claimed platform's answers were computed from the model's file, not to the last bit",
            _ when enrolled.Exists(reference => reference.Noise is not null) => "the claimed platform prints other bits when others use it, and nobody has seen all of them",
            _ => null,
        };
    }

    /// <summary>Every class that holds a platform as claimed.</summary>
    public static List<ReferenceAgreement> Claimed(PlatformClaim claim, IReadOnlyList<ReferenceAgreement> references) =>
        [.. references.Where(reference => reference.Members.Any(member => ClaimMatch.Fits(claim, member)))];

    /// <summary>Whether the claimed platform is enrolled, and every class that holds it plainly differs. One never enrolled may answer like anything.</summary>
    public static bool ClaimedIsOut(PlatformClaim claim, IReadOnlyList<ReferenceAgreement> references)
    {
        var enrolled = Claimed(claim, references);
        return enrolled.Count > 0 && enrolled.All(Differs);
    }
}
