using System.Text.Json;
using Hspi.Classification;
using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>Keeps the classifier of a run inside its evidence, so that a replay asks the same one.</summary>
public static class ClassifierNotes
{
    private const string Kind = "classifier";

    /// <summary>Keeps model and card, each as the text of its file.</summary>
    public static void Add(EvidenceWriter evidence, ModelFolder folder) =>
        evidence.AppendNote(Kind, JsonSerializer.Serialize(new Kept(folder.Model.ToJson(), folder.Card.ToJson()), NotesJson.Default.Kept));

    /// <summary>The classifier that was kept; null where the run had none.</summary>
    /// <exception cref="HspiException">The record is damaged.</exception>
    public static ModelFolder? Read(EvidenceLog log)
    {
        if (log.Notes.FirstOrDefault(note => note.Kind == Kind) is not { } note)
        {
            return null;
        }

        const string Source = "the classifier inside the evidence file";
        var kept = NotesJson.Read(note, NotesJson.Default.Kept);
        return new ModelFolder(TrainedModel.Parse(kept.Model, Source), ModelCard.Parse(kept.Card, Source));
    }

    internal sealed record Kept(string Model, string Card);
}
