namespace Hspi.Readers.References;

/// <summary>How far answers agree with enrolled ones.</summary>
/// <param name="Reading">Aspect <c>platform</c>, an alternative for each enrolled class.</param>
/// <param name="Matches">Every enrolled class, at least one.</param>
public sealed record ReferenceFinding(Reading Reading, IReadOnlyList<ReferenceMatch> Matches)
{
    /// <summary>The counts alone.</summary>
    public IReadOnlyList<ReferenceAgreement> Agreements => [.. Matches.Select(match => match.Agreement)];
}

/// <summary>How one class fits.</summary>
/// <param name="Agreement">Counts.</param>
/// <param name="Differences">Endpoint minus enrolled, for each value that both have, in nats, in the order of the prompts.</param>
public sealed record ReferenceMatch(ReferenceAgreement Agreement, IReadOnlyList<double> Differences);
