using System.Text.Json;
using Hspi.Exchanges;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Interviews;

/// <summary>Keeps the enrolled answers that a run compares with inside its evidence, so that a replay needs no other file.</summary>
public static class ReferenceNotes
{
    private const string PromptsKind = "reference-prompts";
    private const string ClassKind = "reference-class";

    /// <summary>Keeps a set: its prompts, then each class in a record of its own.</summary>
    public static void Add(EvidenceWriter evidence, ReferenceSet references)
    {
        evidence.AppendNote(PromptsKind, JsonSerializer.Serialize(references.Prompts, NotesJson.Default.IReadOnlyListReferencePrompt));
        foreach (var one in references.Classes)
        {
            evidence.AppendNote(ClassKind, JsonSerializer.Serialize(new KeptClass(one.Name, [.. one.Members.Select(member => member.ToString())], one.Answers, one.Repeats, one.Others), NotesJson.Default.KeptClass));
        }
    }

    /// <summary>The set that was kept; null where the run had none.</summary>
    /// <exception cref="HspiException">A record is damaged.</exception>
    public static ReferenceSet? Read(EvidenceLog log)
    {
        if (log.Notes.FirstOrDefault(note => note.Kind == PromptsKind) is not { } prompts)
        {
            return null;
        }

        return new ReferenceSet(
            NotesJson.Read(prompts, NotesJson.Default.IReadOnlyListReferencePrompt),
            [
                .. from note in log.Notes
                   where note.Kind == ClassKind
                   let kept = NotesJson.Read(note, NotesJson.Default.KeptClass)
                   select new EnrolledClass(kept.Name, [.. kept.Members.Select(PlatformText.Parse)], kept.Answers) { Repeats = kept.Repeats, Others = kept.Others ?? [] },
            ]);
    }

    internal sealed record KeptClass(string Name, IReadOnlyList<string> Members, IReadOnlyList<IReadOnlyList<ReferenceStep>> Answers, Repeats Repeats = Repeats.NotNeeded, IReadOnlyList<IReadOnlyList<IReadOnlyList<ReferenceStep>>>? Others = null);
}
