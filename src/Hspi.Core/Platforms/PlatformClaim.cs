namespace Hspi.Platforms;

/// <summary>What a provider says of its service: some columns of a platform, the rest left open.</summary>
/// <param name="Columns">Stated columns by canonical key (<see cref="PlatformText.Keys"/>), values in lower case.</param>
public sealed record PlatformClaim(IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>Reads a claim such as <c>precision=bf16 device=h100</c>.</summary>
    /// <exception cref="UsageException">A pair is malformed, or a key is unknown or given twice.</exception>
    public static PlatformClaim Parse(string text) => new(PlatformText.ParsePairs(text));

    /// <summary>Whether <paramref name="platform"/> has every stated column as claimed. A column it leaves open does not match.</summary>
    public bool Matches(Platform platform) =>
        Columns.All(pair => PlatformText.ValueOf(platform, pair.Key).Equals(pair.Value, StringComparison.OrdinalIgnoreCase));

    /// <summary>The claim in canonical order.</summary>
    public override string ToString() =>
        string.Join(' ', PlatformText.Keys.Where(Columns.ContainsKey).Select(key => $"{key}={Columns[key]}"));
}
