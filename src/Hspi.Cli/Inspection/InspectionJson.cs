using Hspi.Readers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hspi.Readers.Embeddings;
using Hspi.Readers.Inspection;
using Hspi.Readers.Lattice;

namespace Hspi.Cli.Inspection;

/// <summary>The JSON form of an inspection.</summary>
internal static class InspectionJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object: <c>files</c>, <c>pooled</c>, <c>skipped</c>, <c>skippedFiles</c>.</summary>
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
            writer.WriteNumber("skipped", run.Skipped.Count);
            WriteTexts(writer, "skippedFiles", run.Skipped.Select(file => $"{file.File}: {file.Why}"));
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
        writer.WriteString("name", inspected.Findings.Surface.Engine);
        writer.WriteNumber("probability", Math.Round(inspected.Findings.Surface.Probability, 6));
        writer.WriteString("versions", inspected.Findings.Surface.Versions);
        writer.WriteString("resembles", inspected.Findings.Surface.Resembles);
        writer.WriteEndObject();
        writer.WriteString("numberText", inspected.Findings.Numbers.Form);
        WriteTexts(writer, "serializers", inspected.Findings.Numbers.Detail.Serializers);
        WriteHead(writer, inspected.Findings.Head);
        WriteEmbedding(writer, inspected.Embedding);
        writer.WriteString("logUnit", inspected.Findings.LogUnit.Name);
        writer.WriteString("steadiness", inspected.Findings.Steadiness.Pattern);
        WriteTexts(writer, "why", Readings(inspected).Select(reading => $"{reading.Aspect.Word()}: {reading.Seen}"));
        WriteTexts(writer, "wouldChange", Readings(inspected).Select(reading => $"{reading.Aspect.Word()}: {reading.WouldChange}"));
        WriteTexts(writer, "next", NextCall.Of(inspected.Findings));
        WriteTexts(writer, "errors", inspected.Errors);
        WriteTexts(writer, "places", inspected.Places);
        WriteTexts(writer, "unreadable", inspected.Unreadable.Select(broken => broken.ToString()));
        writer.WriteNumber("unreadableCount", inspected.UnreadableCount);
        WriteTexts(writer, "withoutAnswer", inspected.Others.Select(other => other.ToString()));
        writer.WriteNumber("withoutAnswerCount", inspected.OtherCount);
    }

    private static void WriteHead(Utf8JsonWriter writer, LatticeFinding head)
    {
        writer.WriteStartObject("head");
        writer.WriteString("name", head.Head.Word());
        WriteLikelihoods(writer, head.Reading.Likelihoods);
        writer.WriteEndObject();
    }

    /// <summary>Absent where there is no vector, so that other answers look as they did.</summary>
    private static void WriteEmbedding(Utf8JsonWriter writer, EmbeddingFinding? embedding)
    {
        if (embedding is null)
        {
            return;
        }

        writer.WriteStartObject("embedding");
        writer.WriteNumber("dimensions", embedding.Dimensions);
        writer.WriteNumber("vectors", embedding.Vectors);
        writer.WriteNumber("norm", Math.Round(embedding.Norm, 9));
        writer.WriteStartObject("precision");
        writer.WriteString("name", embedding.Precision.Word());
        WriteLikelihoods(writer, embedding.Reading.Likelihoods);
        writer.WriteEndObject();
        writer.WriteString("rounded", embedding.Rounded.Word());
        writer.WriteEndObject();
    }

    /// <summary>Likelihoods as shares of their sum, and as natural logarithms up to a shared constant.</summary>
    private static void WriteLikelihoods(Utf8JsonWriter writer, IReadOnlyDictionary<string, double> logarithms)
    {
        var highest = logarithms.Count == 0 ? 0 : logarithms.Values.Max();
        var sum = logarithms.Values.Sum(likelihood => Math.Exp(likelihood - highest));
        writer.WriteStartObject("likelihoods");
        foreach (var (name, likelihood) in logarithms)
        {
            writer.WriteNumber(name, Math.Exp(likelihood - highest) / sum);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("logLikelihoods");
        foreach (var (name, likelihood) in logarithms)
        {
            // JSON has no infinity; nothing that was seen is ever quite impossible.
            writer.WriteNumber(name, Math.Round(Math.Clamp(likelihood, -1e15, 1e15), 3));
        }

        writer.WriteEndObject();
    }

    private static IEnumerable<Reading> Readings(Inspected inspected) =>
        inspected.Embedding is { } embedding ? inspected.Findings.Readings.Append(embedding.Reading) : inspected.Findings.Readings;

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
