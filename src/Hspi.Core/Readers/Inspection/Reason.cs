namespace Hspi.Readers.Inspection;

/// <summary>Why something gave no answer, told once for all places it is true of.</summary>
/// <param name="Where">The first place; empty for the file as a whole.</param>
/// <param name="What">One sentence.</param>
/// <param name="Count">Places.</param>
public sealed record Reason(string Where, string What, long Count)
{
    /// <inheritdoc/>
    public override string ToString() => (Where.Length > 0 ? $"{Where}: {What}" : What) + (Count > 1 ? $" And {Count - 1} other {(Count == 2 ? "place" : "places")} like it." : "");
}
