using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hspi.Exchanges;
using Hspi.Readers.References;

namespace Hspi.Interviews;

/// <summary>JSON of the notes that a run keeps in its evidence, without reflection: the recorder of cards is compiled ahead of time.</summary>
[JsonSerializable(typeof(ClassifierNotes.Kept))]
[JsonSerializable(typeof(PlannedQuestions))]
[JsonSerializable(typeof(IReadOnlyList<ReferencePrompt>))]
[JsonSerializable(typeof(ReferenceNotes.KeptClass))]
[JsonSerializable(typeof(CapabilitiesNote))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(SentNotes.Sending))]
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class NotesJson : JsonSerializerContext
{
    /// <summary>Keeps a value.</summary>
    public static void Add<T>(EvidenceWriter evidence, string kind, T value, JsonTypeInfo<T> type) => evidence.AppendNote(kind, JsonSerializer.Serialize(value, type));

    /// <summary>A kept value.</summary>
    /// <exception cref="HspiException">It is of another type, or something is missing in it.</exception>
    public static T Read<T>(EvidenceRecord.Note note, JsonTypeInfo<T> type)
    {
        try
        {
            using var document = JsonDocument.Parse(note.Json);
            // The serializer looks at members, and not at what a list holds.
            return HoldsNull(document.RootElement) ? throw new JsonException("a list in it holds null.") : JsonSerializer.Deserialize(document, type) ?? throw new JsonException("it is null.");
        }
        catch (Exception damaged) when (damaged is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new HspiException($"The record \"{note.Kind}\" inside the evidence file is damaged: {damaged.Message} Use the file as hspi verify wrote it.", damaged);
        }
    }

    private static bool HoldsNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null || HoldsNull(item)),
        JsonValueKind.Object => element.EnumerateObject().Any(member => HoldsNull(member.Value)),
        _ => false,
    };
}
