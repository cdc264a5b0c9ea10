using System.Globalization;
using System.Text;

namespace Hspi.Reports;

/// <summary>The report for a terminal: the verdict first, then what it rests on.</summary>
public static class TextReport
{
    private const int MostRanked = 5;

    /// <summary>Lines of plain text; control characters of the endpoint's words are taken out.</summary>
    public static string Render(VerificationReport report)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(Plain(line.ToString(CultureInfo.InvariantCulture))).Append('\n');

        Line($"verdict: {VerdictWords.Name(report.Conclusion.Verdict)}");
        Line($"  {VerdictWords.Reason(report.Conclusion.Verdict)}");
        if (report.Conclusion.Columns.Count > 0)
        {
            Line($"claim:");
            foreach (var column in report.Conclusion.Columns)
            {
                Line($"  {column.Key}={column.Claimed}: {VerdictWords.Of(column.Standing)}. {column.Reason}");
            }
        }

        if (report.Conclusion.Ranking.Count > 0)
        {
            Line($"ranking:");
            foreach (var one in report.Conclusion.Ranking.Take(MostRanked))
            {
                Line($"  {one.Probability,7:P1}  {one.Platform}");
            }
        }

        Line($"evidence:");
        foreach (var one in report.Evidence)
        {
            Line($"  {one.Aspect} ({one.Reader}, {one.Calls} answers): {one.Seen}");
        }

        foreach (var limit in report.Limits)
        {
            Line($"  limit: {limit}");
        }

        var usd = report.Cost.Usd is { } dollars ? string.Create(CultureInfo.InvariantCulture, $", ${dollars:0.######}") : "";
        Line($"cost: {report.Cost.Calls} calls, {report.Cost.PromptTokens + report.Cost.CompletionTokens} tokens{usd}");
        return text.ToString();
    }

    /// <summary>A line without control characters: an endpoint's words may hold escape sequences, which a terminal must never obey.</summary>
    public static string Plain(string line) => string.Concat(line.Select(c => char.IsControl(c) ? '�' : c));
}
