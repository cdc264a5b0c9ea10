using Hspi.Examinations;
using Hspi.Verdicts;

namespace Hspi.Reports.Html;

/// <summary>The posterior, as bars.</summary>
internal static class RankingSection
{
    private const int Most = 8;

    public static void Write(HtmlText html, Examination examination)
    {
        var ranking = examination.Conclusion.Ranking;
        if (ranking.Count == 0)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>Who it could be</h2>
            <p class="soft">Probability of each alternative after everything that was seen, all of them equally likely before.</p>
            """);
        html.AddEach(ranking.Take(Most), one => $"""
            <div class="bar"><div class="name"><span>{one.Platform}</span><span>{one.Probability:P1}</span></div><div class="track"><div class="fill {(one.Platform == Ranking.NeverEnrolled ? "quiet" : "")}" style="width:{100 * one.Probability:0.##}%"></div></div></div>
            """);
        if (ranking.Count > Most)
        {
            html.Add($"<p class=\"soft\">{ranking.Count - Most} more share the remaining {Math.Max(0, 1 - ranking.Take(Most).Sum(one => one.Probability)):P1}.</p>");
        }

        html.Add($"</section>");
    }
}
