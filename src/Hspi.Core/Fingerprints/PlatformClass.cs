using Hspi.Platforms;

namespace Hspi.Fingerprints;

/// <summary>Platforms that answered every probe bit for bit alike: no comparison of these answers can tell them apart.</summary>
/// <param name="Name">The shortest text of a member, and how many equal it: <c>engine=torch precision=fp32 (+2 equal)</c>.</param>
/// <param name="Members">At least one, in canonical order.</param>
/// <param name="Fingerprint">What they have in common.</param>
public sealed record PlatformClass(string Name, IReadOnlyList<Platform> Members, Fingerprint Fingerprint)
{
    /// <summary>Merges platforms with equal fingerprints.</summary>
    /// <returns>The classes by name.</returns>
    public static IReadOnlyList<PlatformClass> Merge(IEnumerable<(Platform Platform, Fingerprint Fingerprint)> platforms) =>
    [
        .. platforms.GroupBy(pair => pair.Fingerprint, pair => pair.Platform)
            .Select(group =>
            {
                List<Platform> members = [.. group.OrderBy(platform => platform.ToString(), StringComparer.Ordinal)];
                return new PlatformClass(NameOf(members), members, group.Key);
            })
            .OrderBy(one => one.Name, StringComparer.Ordinal),
    ];

    /// <summary>The class name of these members.</summary>
    public static string NameOf(IReadOnlyList<Platform> members)
    {
        var shortest = members.Select(member => member.ToString()).OrderBy(text => text.Length).ThenBy(text => text, StringComparer.Ordinal).First();
        return members.Count == 1 ? shortest : $"{shortest} (+{members.Count - 1} equal)";
    }
}
