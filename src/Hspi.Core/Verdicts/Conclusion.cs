namespace Hspi.Verdicts;

/// <summary>A verdict, and the steps that lead to it.</summary>
/// <param name="Verdict">What the evidence supports.</param>
/// <param name="Ranking">Platforms, or parts of them, by probability, best first; adds up to 1. Empty where nothing ranks them.</param>
/// <param name="Columns">Each claimed column by itself, in canonical order; empty without a claim.</param>
public sealed record Conclusion(Verdict Verdict, IReadOnlyList<RankedPlatform> Ranking, IReadOnlyList<ClaimedColumn> Columns)
{
    /// <summary>What would help most where the verdict is unknown; null where it is not.</summary>
    public string? Next { get; init; }
}

/// <summary>A platform that could be behind the answers.</summary>
/// <param name="Platform">Name of an enrolled class, or <see cref="Verdicts.Ranking.NeverEnrolled"/>.</param>
/// <param name="Probability">0 to 1.</param>
public sealed record RankedPlatform(string Platform, double Probability);

/// <summary>One column of a claim, judged.</summary>
/// <param name="Key">Its key, such as <c>precision</c>.</param>
/// <param name="Claimed">What was claimed.</param>
/// <param name="Standing">Whether the evidence reaches it.</param>
/// <param name="Reason">One sentence.</param>
public sealed record ClaimedColumn(string Key, string Claimed, Standing Standing, string Reason);

/// <summary>Where a claimed column stands.</summary>
public enum Standing
{
    /// <summary>Nothing that was seen speaks for or against it.</summary>
    NotVisible,

    /// <summary>What was seen follows from it, and not from its visible alternatives.</summary>
    Supported,

    /// <summary>It cannot have produced what was seen.</summary>
    Contradicted,
}
