using Hspi.Examinations;

namespace Hspi.Reports.Html;

/// <summary>How far the trained classifier can be trusted.</summary>
internal static class ConfusionSection
{
    public static void Write(HtmlText html, Examination examination)
    {
        if (examination.Classifier?.HeldOut is not { } table)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>How often the classifier is right</h2>
            <p class="soft">On questions that it was not trained on. A line is the true platform, a column the one it named; only the diagonal is right.</p>
            <div class="scroll"><table>
            """);
        html.Add($"<tr><th></th>{new HtmlText().AddEach(Enumerable.Range(1, table.Labels.Count), number => $"<th>{number}</th>")}</tr>");
        for (var row = 0; row < table.Labels.Count; row++)
        {
            var total = Math.Max(1, table.Counts[row].Sum());
            var cells = new HtmlText();
            for (var column = 0; column < table.Labels.Count; column++)
            {
                var share = (double)table.Counts[row][column] / total;
                var colour = row == column ? "11,122,75" : "179,38,30";
                cells.Add($"<td style=\"background:rgba({colour},{share:0.##});{(share > 0.55 ? "color:#fff" : "")}\">{(table.Counts[row][column] == 0 ? "" : table.Counts[row][column].ToString())}</td>");
            }

            html.Add($"<tr><th>{row + 1} · {table.Labels[row]}</th>{cells}</tr>");
        }

        html.Add($"</table></div></section>");
    }
}
