using Hspi.Readers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hspi.Examinations;
using Hspi.Interviews;
using Hspi.Readers.Circumstances;

namespace Hspi.Reports;

/// <summary>The report for programs. Equal reports give equal bytes.</summary>
public static class JsonReport
{
    /// <summary>Version of the form; a field may be added without a new one. Version 2 calls <c>readings</c> what was <c>evidence</c>.</summary>
    private const int Version = 2;

    /// <summary>One JSON object, indented.</summary>
    public static string Render(Examination examination)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("verdict", VerdictWords.Name(examination.Conclusion.Verdict));
            writer.WriteString("reason", VerdictWords.Reason(examination.Conclusion.Verdict));
            writer.WriteString("rules", VerdictWords.Rules);
            writer.WriteString("next", examination.Conclusion.Next);
            writer.WriteString("endpoint", examination.Endpoint);
            writer.WriteString("model", examination.Model);
            writer.WriteString("dialect", examination.Dialect);
            writer.WriteString("ending", examination.Ending switch
            {
                Ending.Closed => "closed",
                Ending.Unfinished => "unfinished",
                Ending.BeforeClosing => "before closing records",
                var other => throw new InvalidOperationException($"No word for {other}."),
            });
            WriteClaim(writer, examination);
            WriteRanking(writer, examination);
            WriteReadings(writer, examination);
            WriteReferences(writer, examination);
            WriteCircumstances(writer, examination);
            WriteLimits(writer, examination);
            WriteOpen(writer, examination);
            WriteCost(writer, examination);
            writer.WriteEndObject();
        }

        return VisibleText.Block(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void WriteClaim(Utf8JsonWriter writer, Examination examination)
    {
        writer.WriteStartArray("claim");
        foreach (var column in examination.Conclusion.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("column", column.Key);
            writer.WriteString("claimed", column.Claimed);
            writer.WriteString("standing", VerdictWords.Of(column.Standing));
            writer.WriteString("reason", column.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRanking(Utf8JsonWriter writer, Examination examination)
    {
        writer.WriteStartArray("ranking");
        foreach (var one in examination.Conclusion.Ranking)
        {
            writer.WriteStartObject();
            writer.WriteString("platform", one.Platform);
            writer.WriteNumber("probability", one.Probability);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteReadings(Utf8JsonWriter writer, Examination examination)
    {
        writer.WriteStartArray("readings");
        foreach (var one in examination.Readings)
        {
            writer.WriteStartObject();
            writer.WriteString("reader", one.Reader);
            writer.WriteString("aspect", one.Aspect.Word());
            writer.WriteString("seen", one.Seen);
            writer.WriteStartObject("logLikelihoods");
            foreach (var (name, value) in one.Likelihoods)
            {
                // Impossible under an alternative: JSON has no minus infinity, and null says "no such number".
                if (double.IsFinite(value))
                {
                    writer.WriteNumber(name, value);
                }
                else
                {
                    writer.WriteNull(name);
                }
            }

            writer.WriteEndObject();
            writer.WriteNumber("calls", one.Calls);
            writer.WriteString("wouldChange", one.WouldChange);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteReferences(Utf8JsonWriter writer, Examination examination)
    {
        writer.WriteStartArray("references");
        foreach (var reference in examination.References?.Agreements ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("class", reference.Class);
            writer.WriteStartArray("members");
            foreach (var member in reference.Members)
            {
                writer.WriteStringValue(member.ToString());
            }

            writer.WriteEndArray();
            writer.WriteNumber("compared", reference.Compared);
            writer.WriteNumber("equal", reference.Equal);
            writer.WriteNumber("positions", reference.Positions.Positions);
            writer.WriteNumber("met", reference.Positions.Met);
            writer.WriteString("repeats", JsonNamingPolicy.CamelCase.ConvertName(reference.Repeats.ToString()));
            writer.WriteStartArray("alike");
            foreach (var alike in reference.Alike)
            {
                writer.WriteStringValue(alike);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCircumstances(Utf8JsonWriter writer, Examination examination)
    {
        writer.WriteStartArray("circumstances");
        foreach (var one in examination.Circumstances)
        {
            writer.WriteStartObject();
            writer.WriteString("circumstance", one.Kind.Word());
            if (one.IsThere is { } isThere)
            {
                writer.WriteBoolean("isThere", isThere);
            }
            else
            {
                writer.WriteNull("isThere");
            }

            writer.WriteString("seen", one.Seen);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("askedAgain", examination.Again);
    }

    private static void WriteLimits(Utf8JsonWriter writer, Examination examination)
    {
        writer.WriteStartArray("limits");
        foreach (var limit in examination.Limits)
        {
            writer.WriteStringValue(limit);
        }

        writer.WriteEndArray();
    }

    private static void WriteOpen(Utf8JsonWriter writer, Examination examination)
    {
        writer.WriteStartArray("open");
        foreach (var question in examination.Open)
        {
            writer.WriteStartObject();
            writer.WriteNumber("question", question.Number);
            writer.WriteString("came", question.Came);
            writer.WriteBoolean("withinLimits", question.WithinLimits);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCost(Utf8JsonWriter writer, Examination examination)
    {
        var cost = examination.Cost;
        writer.WriteStartObject("cost");
        writer.WriteNumber("calls", cost.Calls);
        writer.WriteNumber("tokens", cost.Tokens);
        writer.WriteNumber("promptTokens", cost.PromptTokens);
        writer.WriteNumber("completionTokens", cost.CompletionTokens);
        writer.WriteNumber("unrecordedCalls", examination.Lost.Count);
        writer.WriteNumber("unrecordedTokens", examination.Lost.Sum(one => one.PromptTokens + one.CompletionTokens));
        if (cost.Usd is { } usd)
        {
            writer.WriteNumber("usd", usd);
        }

        writer.WriteEndObject();
    }
}
