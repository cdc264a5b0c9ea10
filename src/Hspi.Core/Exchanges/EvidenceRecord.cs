namespace Hspi.Exchanges;

/// <summary>One line of an evidence file, its hash already checked.</summary>
public abstract record EvidenceRecord
{
    private EvidenceRecord() { }

    /// <summary>The first line: how the run was set.</summary>
    /// <param name="Values">Free pairs, such as <c>command</c>, <c>endpoint</c>, <c>claim</c>, <c>seed</c>.</param>
    public sealed record Settings(IReadOnlyDictionary<string, string> Values) : EvidenceRecord;

    /// <summary>A request and what came back.</summary>
    /// <param name="Value">Secrets removed.</param>
    public sealed record Sent(Exchange Value) : EvidenceRecord;

    /// <summary>Anything else that a stage keeps, as JSON text, such as the verdict that was printed.</summary>
    /// <param name="Kind">What it is; not <c>settings</c> or <c>exchange</c>.</param>
    /// <param name="Json">One JSON value.</param>
    public sealed record Note(string Kind, string Json) : EvidenceRecord;
}
