using Hspi.Platforms;

namespace Hspi.Verdicts;

/// <summary>Compares a claim with a platform, in favour of the claim: a shorter word for the same thing is the same thing.</summary>
internal static class ClaimMatch
{
    /// <summary>Whether the platform states every claimed column as claimed.</summary>
    public static bool Fits(PlatformClaim claim, Platform platform) =>
        claim.Columns.All(pair => Agrees(pair.Value, PlatformText.ValueOf(platform, pair.Key)));

    /// <summary>Whether a stated value is another than the claimed one. A column left open denies nothing.</summary>
    public static bool Denies(string claimed, string stated) => stated.Length > 0 && !Agrees(claimed, stated);

    /// <summary>Whether two platforms have every column but this one in common; of another device the architecture may be another too.</summary>
    public static bool IsLikeBut(string key, Platform one, Platform other) =>
        PlatformText.Keys.All(column => column == key || (key == "device" && column == "arch") || PlatformText.ValueOf(one, column) == PlatformText.ValueOf(other, column));

    /// <summary>Equal, or the stated value only says more: <c>1.31</c> and <c>1.31.1</c>, <c>int8</c> and <c>int8-dynamic</c>.</summary>
    public static bool Agrees(string claimed, string stated) =>
        stated.Equals(claimed, StringComparison.OrdinalIgnoreCase)
        || (stated.Length > claimed.Length
            && stated.StartsWith(claimed, StringComparison.OrdinalIgnoreCase)
            && (stated[claimed.Length] is '.' or '-'));
}
