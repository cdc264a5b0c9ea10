using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hspi.Readers.Inspection;

namespace Hspi.Cli.Inspection;

/// <summary>The JSON form of an inspection.</summary>
internal static class InspectionJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object: <c>files</c>, <c>pooled</c>, <c>skipped</c>.</summary>
    public static string Write(InspectionRun run)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("files");
            foreach (var file in run.Files)
            {
                writer.WriteStartObject();
                writer.WriteString("file", file.File);
                WriteFields(writer, file);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("pooled");
            WriteFields(writer, run.Pooled);
            writer.WriteEndObject();
            writer.WriteNumber("skipped", run.Skipped);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteFields(Utf8JsonWriter writer, Inspected inspected)
    {
        writer.WriteNumber("responses", inspected.Responses);
        writer.WriteString("dialect", inspected.Dialect);
        writer.WriteStartObject("dialects");
        foreach (var (dialect, count) in inspected.Dialects)
        {
            writer.WriteNumber(dialect, count);
        }

        writer.WriteEndObject();
        WriteTexts(writer, "models", inspected.Models);
        writer.WriteStartObject("engine");
        writer.WriteString("name", inspected.Surface.Engine);
        writer.WriteNumber("probability", Math.Round(inspected.Surface.Probability, 6));
        writer.WriteString("versions", inspected.Surface.Versions);
        writer.WriteString("resembles", inspected.Surface.Resembles);
        writer.WriteEndObject();
        writer.WriteString("numberText", InspectionText.Name(inspected, "number-text"));
        WriteHead(writer, inspected);
        writer.WriteString("steadiness", InspectionText.Name(inspected, "backends"));
        writer.WriteNumber("judged", inspected.Judged);
        WriteTexts(writer, "why", [inspected.Surface.Evidence.Seen, .. inspected.Numbers.Select(evidence => $"{evidence.Aspect}: {evidence.Seen}")]);
        WriteTexts(writer, "wouldChange", inspected.Numbers.Prepend(inspected.Surface.Evidence).Select(evidence => evidence.WouldChange));
        WriteTexts(writer, "errors", inspected.Errors);
        WriteTexts(writer, "unreadable", inspected.Unreadable.Select(broken => broken.What));
    }

    private static void WriteHead(Utf8JsonWriter writer, Inspected inspected)
    {
        var head = inspected.Numbers.FirstOrDefault(evidence => evidence.Aspect == "head");
        writer.WriteStartObject("head");
        writer.WriteString("name", InspectionText.Name(inspected, "head"));
        writer.WriteStartObject("likelihoods");
        foreach (var (name, likelihood) in head?.Likelihoods ?? new Dictionary<string, double>())
        {
            // JSON has no infinity; nothing that was seen is ever quite impossible.
            writer.WriteNumber(name, Math.Round(Math.Clamp(likelihood, -1e15, 1e15), 3));
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
