using Hspi.Readers.Lattice;
using System.Globalization;
using System.Text;
using Hspi.Readers;
using Hspi.Readers.Embeddings;
using Hspi.Readers.Inspection;
using Hspi.Readers.Surface;

namespace Hspi.Cli.Inspection;

/// <summary>The form of an inspection that a person reads.</summary>
internal static class InspectionText
{
    private const int MostNamed = 8;

    /// <summary>Lines for all files, and for all together where there is more than one.</summary>
    public static string Write(InspectionRun run)
    {
        var text = new StringBuilder();
        foreach (var file in run.Files)
        {
            text.AppendLine(VisibleText.Line(file.File));
            Append(text, file);
        }

        if (run.Files.Count > 1)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"all {run.Files.Count} files together");
            Append(text, run.Pooled);
        }

        if (run.Skipped.Count > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{run.Skipped.Count} {(run.Skipped.Count == 1 ? "file" : "files")} in folders without a response");
            foreach (var alike in run.Skipped.GroupBy(file => file.Why))
            {
                var more = alike.Count() > MostNamed ? $" and {alike.Count() - MostNamed} others" : "";
                text.AppendLine(CultureInfo.InvariantCulture, $"  {VisibleText.Line(string.Join(", ", alike.Take(MostNamed).Select(file => file.File)))}{more}: {VisibleText.Line(alike.Key)}");
            }
        }

        return text.ToString();
    }

    private static string Named(IReadOnlyList<string> places, long count) =>
        string.Join(", ", places.Take(2)) + (places.Count > 0 && count > 2 ? string.Create(CultureInfo.InvariantCulture, $" and {count - Math.Min(2, places.Count)} more") : "");

    private static string Embedding(EmbeddingFinding embedding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{embedding.Precision.Word()}{embedding.Rounded switch { Rounding.Before => ", rounded before a common factor", Rounding.After => ", rounded last", _ => "" }}; vectors: {embedding.Vectors}, dimensions: {embedding.Dimensions}, norm: {embedding.Norm:0.######}");

    private static void Append(StringBuilder text, Inspected inspected)
    {
        var dialects = string.Join(", ", inspected.Dialects.Select(pair => inspected.Dialects.Count == 1 ? pair.Key : $"{pair.Key} ({pair.Value})"));
        Line("responses", inspected.Responses.ToString(CultureInfo.InvariantCulture));
        Line("found at", Named(inspected.Places, inspected.Responses));
        Line("dialect", dialects);
        Line("model", string.Join(", ", inspected.Models));
        Line("engine", inspected.Findings.Surface switch
        {
            { Engine: SurfaceReader.Unknown, Resembles: { Length: > 0 } alike } => $"unknown, like {alike}",
            { Engine: SurfaceReader.Unknown } => "unknown",
            var known => string.Create(CultureInfo.InvariantCulture, $"{known.Engine} {known.Versions} (probability {known.Probability:0.000})"),
        });
        Line("", inspected.Findings.Surface.Reading.Seen);
        Finding("number text", inspected.Findings.Numbers.Form, inspected.Findings.Numbers.Reading);
        Finding("head", inspected.Findings.Head.Head.Word(), inspected.Findings.Head.Reading);
        Finding("log unit", inspected.Findings.LogUnit.Name, inspected.Findings.LogUnit.Reading);
        Finding("steadiness", inspected.Findings.Steadiness.Pattern, inspected.Findings.Steadiness.Reading);
        if (inspected.Embedding is { } embedding)
        {
            Finding("embedding", Embedding(embedding), embedding.Reading);
        }

        foreach (var call in inspected.Responses == 0 ? [] : NextCall.Of(inspected.Findings))
        {
            Line("would tell", call);
        }

        foreach (var error in inspected.Errors)
        {
            Line("error", error);
        }

        foreach (var broken in inspected.Unreadable)
        {
            Line("unreadable", broken.ToString());
        }

        // A log holds more than answers: told by its first line, so that nobody looks for what is missing.
        if (inspected.Others is [var other, ..])
        {
            Line("no answer", inspected.OtherCount == 1 ? other.ToString() : string.Create(CultureInfo.InvariantCulture, $"{inspected.OtherCount} places; {other with { Count = 1 }}"));
        }

        text.AppendLine();

        void Finding(string name, string value, Reading reading)
        {
            Line(name, value);
            Line("", reading.Seen);
        }

        void Line(string name, string value)
        {
            if (value.Length > 0)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-12} {VisibleText.Line(value)}");
            }
        }
    }
}
