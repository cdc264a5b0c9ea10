using System.Text.Json.Serialization;
using Hspi.Readers.References;

namespace Hspi.Interviews;

/// <summary>JSON of the notes that a run keeps in its evidence, without reflection: the recorder of cards is compiled ahead of time.</summary>
[JsonSerializable(typeof(ClassifierNotes.Kept))]
[JsonSerializable(typeof(PlannedQuestions))]
[JsonSerializable(typeof(IReadOnlyList<ReferencePrompt>))]
[JsonSerializable(typeof(ReferenceNotes.KeptClass))]
[JsonSerializable(typeof(CapabilitiesNote))]
[JsonSerializable(typeof(string))]
internal sealed partial class NotesJson : JsonSerializerContext;
