using Hspi.Examinations;
using Hspi.Verdicts;

namespace Hspi.Reports.Html;

/// <summary>Each claimed column, and how far the evidence reaches.</summary>
internal static class ClaimSection
{
    public static void Write(HtmlText html, Examination examination)
    {
        if (examination.Conclusion.Columns.Count == 0)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>The claim, piece by piece</h2>
            <div class="rows">
            """);
        html.AddEach(examination.Conclusion.Columns, column => $"""
            <div class="row"><div><code>{column.Key}={column.Claimed}</code><br><span class="chip {Class(column.Standing)}">{VerdictWords.Of(column.Standing)}</span></div><p>{column.Reason}</p></div>
            """);
        html.Add($"</div></section>");
    }

    private static string Class(Standing standing) => standing switch
    {
        Standing.Supported => "good",
        Standing.Contradicted => "bad",
        _ => "open",
    };
}
