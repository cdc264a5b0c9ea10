namespace Hspi.Evaluation;

/// <summary>Counts of one kind of claims.</summary>
/// <param name="Claims">Which, and what was enrolled.</param>
/// <param name="Decimals">Decimals printed, or <c>all</c>.</param>
/// <param name="Platforms">Platforms that served: the sample.</param>
/// <param name="Consistent">Claims with this verdict.</param>
/// <param name="Unknown">Claims with this verdict.</param>
/// <param name="Inconsistent">Claims with this verdict.</param>
/// <param name="Accused">Platforms at least one of whose claims was called inconsistent.</param>
/// <param name="Passed">Platforms at least one of whose claims was called consistent.</param>
/// <param name="Examples">The first such claim of each accused platform, and the reason.</param>
public sealed record ClaimScore(
    string Claims,
    string Decimals,
    int Platforms,
    long Consistent,
    long Unknown,
    long Inconsistent,
    IReadOnlySet<string> Accused,
    IReadOnlySet<string> Passed,
    IReadOnlyList<string> Examples)
{
    /// <summary>Share of platforms with an accusation.</summary>
    public Interval AccusedShare => Interval.Wilson(Accused.Count, Platforms);

    /// <summary>Adds the counts of another seed of the questions. Its platforms are those of this one, so their number stays.</summary>
    public ClaimScore And(ClaimScore other) => this with
    {
        Platforms = Math.Max(Platforms, other.Platforms),
        Consistent = Consistent + other.Consistent,
        Unknown = Unknown + other.Unknown,
        Inconsistent = Inconsistent + other.Inconsistent,
        Accused = Accused.Union(other.Accused).ToHashSet(StringComparer.Ordinal),
        Passed = Passed.Union(other.Passed).ToHashSet(StringComparer.Ordinal),
        Examples = [.. Examples, .. other.Examples],
    };
}
