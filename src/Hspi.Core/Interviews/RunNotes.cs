using System.Text.Json;
using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>What a run keeps in its evidence beside the exchanges, so that a replay needs nothing else.</summary>
public static class RunNotes
{
    private const string CapabilitiesKind = "capabilities";
    private const string LimitKind = "limit";

    /// <summary>Keeps what the endpoint was seen to give.</summary>
    public static void Add(EvidenceWriter evidence, Capabilities seen) => evidence.AppendNote(CapabilitiesKind, JsonSerializer.Serialize(
        new CapabilitiesNote(seen.Dialect.Name, seen.Model, seen.Logprobs, seen.Alternatives, seen.TokenIds, [.. seen.Limits]), NotesJson.Default.CapabilitiesNote));

    /// <summary>Keeps why something was not seen.</summary>
    public static void AddLimit(EvidenceWriter evidence, string limit) => evidence.AppendNote(LimitKind, JsonSerializer.Serialize(limit, NotesJson.Default.String));

    /// <summary>The last kept capabilities; null where the run ended before.</summary>
    public static CapabilitiesNote? Capabilities(EvidenceLog log) =>
        log.Notes.LastOrDefault(note => note.Kind == CapabilitiesKind) is { } note ? NotesJson.Read(note, NotesJson.Default.CapabilitiesNote) : null;

    /// <summary>The limits of the last run that wrote into the file, each once: what stopped an earlier one no longer holds.</summary>
    public static IEnumerable<string> Limits(EvidenceLog log)
    {
        var notes = log.Notes.ToList();
        return notes.Skip(notes.FindLastIndex(note => note.Kind == CapabilitiesKind) + 1)
            .Where(note => note.Kind == LimitKind)
            .Select(note => NotesJson.Read(note, NotesJson.Default.String))
            .Distinct();
    }
}

/// <summary>What an endpoint was seen to give, as an evidence file keeps it; the fields are those of <see cref="Capabilities"/>.</summary>
/// <param name="Dialect">Name of the dialect it was asked in.</param>
/// <param name="Model">The model that was asked for.</param>
/// <param name="Logprobs">Whether tokens came with scores.</param>
/// <param name="Alternatives">Alternatives per token.</param>
/// <param name="TokenIds">Whether tokens came with their ids.</param>
/// <param name="Limits">One sentence for each thing that could not be seen.</param>
public sealed record CapabilitiesNote(string Dialect, string Model, bool Logprobs, int Alternatives, bool TokenIds, IReadOnlyList<string> Limits);
