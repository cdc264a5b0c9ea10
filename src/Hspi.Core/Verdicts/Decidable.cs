using Hspi.Platforms;
using Hspi.Readers.References;

namespace Hspi.Verdicts;

/// <summary>Whether enrolled answers can decide about one column of a claim, known before anything is asked.</summary>
/// <param name="Key">Its key, such as <c>precision</c>.</param>
/// <param name="Claimed">What is claimed.</param>
/// <param name="Sees">Whether another value of this column would be seen, if it is one of those enrolled.</param>
/// <param name="Why">Part of a sentence.</param>
public sealed record Decidable(string Key, string Claimed, bool Sees, string Why)
{
    /// <summary>Each claimed column, in canonical order.</summary>
    /// <param name="claim">What the provider says.</param>
    /// <param name="references">What its answers will be held against; null for nothing.</param>
    public static IReadOnlyList<Decidable> Of(PlatformClaim claim, ReferenceSet? references) =>
        [.. PlatformText.Keys.Where(claim.Columns.ContainsKey).Select(key => Of(claim, key, references?.Classes ?? []))];

    private static Decidable Of(PlatformClaim claim, string key, IReadOnlyList<EnrolledClass> classes)
    {
        var claimed = claim.Columns[key];
        Decidable Say(bool sees, string why) => new(key, claimed, sees, why);
        var fitting = classes.Where(one => one.Members.Any(member => ClaimMatch.Fits(claim, member))).ToList();
        if (fitting.Count == 0)
        {
            return Say(false, classes.Count == 0 ? "nothing is enrolled" : "no platform is enrolled as claimed, so nothing can contradict");
        }

        if (key == "batch")
        {
            return Say(false, "who else asks decides how large a batch is");
        }

        var alike = fitting.SelectMany(one => one.Members).FirstOrDefault(member => ClaimMatch.Denies(claimed, PlatformText.ValueOf(member, key)));
        if (alike is not null)
        {
            return Say(false, $"{PlatformText.ValueOf(alike, key)} and {claimed} answer alike");
        }

        if (key != "precision" && fitting.Exists(one => one.IsNoisy))
        {
            return Say(false, "the claimed platform prints other bits when others use it");
        }

        var rivals = classes.Except(fitting).SelectMany(one => one.Members)
            .Where(member => ClaimMatch.Denies(claimed, PlatformText.ValueOf(member, key)) && fitting.Exists(one => one.Members.Any(own => ClaimMatch.Fits(claim, own) && ClaimMatch.IsLikeBut(key, own, member))))
            .Select(member => PlatformText.ValueOf(member, key)).Distinct().ToList();
        return rivals.Count == 0
            ? Say(false, $"no platform is enrolled that differs from the claimed one in {key} alone")
            : Say(true, $"against {string.Join(", ", rivals)}");
    }
}
