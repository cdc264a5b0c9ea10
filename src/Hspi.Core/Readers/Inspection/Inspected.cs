using Hspi.Readers.Embeddings;
using Hspi.Readers.Surface;

namespace Hspi.Readers.Inspection;

/// <summary>What recorded answers give away by themselves: of one file, or of all files together.</summary>
/// <param name="File">The file as it was named; empty for all together.</param>
/// <param name="Responses">Responses that were read.</param>
/// <param name="Dialects">Responses by dialect, the most frequent first; <c>unknown</c> for those that no dialect recognises.</param>
/// <param name="Models">Models that the answers name, at most eight.</param>
/// <param name="Findings">What every reader saw.</param>
/// <param name="Embedding">What vectors say; null where there is none.</param>
/// <param name="Errors">Error messages of responses, at most eight.</param>
/// <param name="Places">Where the first responses were found, at most eight; none for files that are one response as a whole.</param>
/// <param name="Unreadable">What could not be read, at most 64 reasons.</param>
/// <param name="UnreadableCount">Places that could not be read in all.</param>
/// <param name="Others">What is whole and holds no answer, at most 64 reasons.</param>
/// <param name="OtherCount">Places without an answer in all.</param>
public sealed record Inspected(
    string File,
    long Responses,
    IReadOnlyList<KeyValuePair<string, long>> Dialects,
    IReadOnlyList<string> Models,
    Findings Findings,
    EmbeddingFinding? Embedding,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Places,
    IReadOnlyList<Reason> Unreadable,
    long UnreadableCount,
    IReadOnlyList<Reason> Others,
    long OtherCount)
{
    /// <summary>The dialect of most responses; <c>unknown</c> where there is none.</summary>
    public string Dialect => Dialects.Count > 0 ? Dialects[0].Key : SurfaceReader.Unknown;
}
