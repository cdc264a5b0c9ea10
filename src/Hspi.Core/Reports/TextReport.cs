using Hspi.Readers;
using System.Globalization;
using System.Text;
using Hspi.Examinations;
using Hspi.Readers.Circumstances;

namespace Hspi.Reports;

/// <summary>The report for a terminal: the verdict first, then what it rests on.</summary>
public static class TextReport
{
    private const int MostRanked = 5;

    /// <summary>Lines of plain text; what could deceive in the endpoint's words is made visible.</summary>
    public static string Render(Examination examination)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(VisibleText.Line(line.ToString(CultureInfo.InvariantCulture))).Append('\n');

        Line($"verdict: {VerdictWords.Name(examination.Conclusion.Verdict)}");
        Line($"  {VerdictWords.Reason(examination.Conclusion.Verdict)}");
        if (examination.Conclusion.Next is { } next)
        {
            Line($"  what would help most: {next}");
        }

        if (examination.Conclusion.Columns.Count > 0)
        {
            Line($"claim:");
            foreach (var column in examination.Conclusion.Columns)
            {
                Line($"  {column.Key}={column.Claimed}: {VerdictWords.Of(column.Standing)}. {column.Reason}");
            }
        }

        if (examination.Conclusion.Ranking.Count > 0)
        {
            Line($"ranking:");
            foreach (var one in examination.Conclusion.Ranking.Take(MostRanked))
            {
                Line($"  {one.Probability,7:P1}  {one.Platform}");
            }
        }

        Line($"readings:");
        foreach (var one in examination.Readings)
        {
            Line($"  {one.Aspect.Word()} ({one.Reader}, {one.Calls} answers): {one.Seen}");
        }

        Line($"beside the platform:");
        foreach (var one in examination.Circumstances)
        {
            Line($"  {one.Kind.Word()}: {CircumstanceText.Word(one.IsThere)}. {one.Seen}");
        }

        if (examination.Again > 0)
        {
            Line($"  The last {examination.Again} questions were asked again, because the claim was about to be contradicted.");
        }

        foreach (var open in examination.Open)
        {
            Line($"  question {open.Number} is open: {open.Came}{(open.WithinLimits ? "" : " (beyond the limits of the run)")}");
        }

        foreach (var limit in examination.Limits)
        {
            Line($"  limit: {limit}");
        }

        var usd = examination.Cost.Usd is { } dollars ? string.Create(CultureInfo.InvariantCulture, $", ${dollars:0.######}") : "";
        Line($"cost: {examination.Cost.Calls} calls, {examination.Cost.Tokens} tokens{usd}");
        if (examination.Lost.Count > 0)
        {
            Line($"  and {examination.Lost.Count} more that were sent and never recorded: at most {examination.Lost.Sum(one => one.PromptTokens + one.CompletionTokens)} tokens");
        }

        Line($"judged by the rules of {VerdictWords.Rules}");
        return text.ToString();
    }
}
