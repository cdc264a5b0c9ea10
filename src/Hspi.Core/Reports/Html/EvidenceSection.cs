using Hspi.Examinations;
using Hspi.Readers;
using Hspi.Readers.Circumstances;

namespace Hspi.Reports.Html;

/// <summary>What each reader saw, in words and numbers; and what nobody could see.</summary>
internal static class EvidenceSection
{
    private const int MostAlternatives = 5;

    public static void Write(HtmlText html, Examination examination)
    {
        html.Add($"""
            <section>
            <h2>The evidence</h2>
            <div class="rows">
            """);
        html.AddEach(examination.Readings, one => $"""
            <div class="row"><div><b>{one.Aspect.Word()}</b><br><span class="soft">{one.Reader}, {one.Calls} answers</span></div><div><p>{one.Seen}</p><p class="mono">{Fits(one)}</p><p class="soft">{one.WouldChange}</p></div></div>
            """);
        html.Add($"</div>");
        if (examination.Readings.Count == 0)
        {
            html.Add($"<p>No reader found anything to read.</p>");
        }

        html.Add($"</section>");
        html.Add($"<section><h2>Beside the platform</h2><p class=\"soft\">What makes an honest platform answer otherwise than it was enrolled.</p><ul>");
        html.AddEach(examination.Circumstances, one => $"<li>{one.Kind.Word()}: {CircumstanceText.Word(one.IsThere)}. {one.Seen}</li>");
        html.Add($"</ul>{(examination.Again > 0 ? $"The last {examination.Again} questions were asked again, because the claim was about to be contradicted." : "")}</section>");
        if (examination.Open.Count > 0)
        {
            html.Add($"<section><h2>Questions without usable numbers</h2><ul>");
            html.AddEach(examination.Open, open => $"<li>question {open.Number}: {open.Came}{(open.WithinLimits ? "" : " (beyond the limits of the run)")}</li>");
            html.Add($"</ul></section>");
        }

        if (examination.Limits.Count > 0)
        {
            html.Add($"<section><h2>What could not be seen</h2><ul>");
            html.AddEach(examination.Limits, limit => $"<li>{limit}</li>");
            html.Add($"</ul></section>");
        }

        html.Add($"<footer>Anybody can compute this again from the evidence file: <code>hspi replay FILE</code> gives the same verdict, <code>hspi explain FILE</code> every step to it. A verdict is about the answers that were seen, not about a provider's honesty.</footer>");
    }

    /// <summary>How each alternative fits what was seen, the likeliest first.</summary>
    private static string Fits(Reading reading)
    {
        if (reading.Likelihoods.Count == 0)
        {
            return "";
        }

        var best = reading.Likelihoods.Values.Max();
        var ordered = reading.Likelihoods.OrderByDescending(pair => pair.Value).Take(MostAlternatives);
        return string.Join("; ", ordered.Select(pair => $"{pair.Key} {Fit((best - pair.Value) / Math.Log(10))}"));
    }

    /// <summary>How much worse than the best, in powers of ten.</summary>
    private static string Fit(double powers) => powers switch
    {
        0 => "fits best",
        < 0.5 => "fits about as well",
        < 1.5 => "is less likely",
        < 1e6 => FormattableString.Invariant($"is 10^{powers:0} times less likely"),
        _ => "is impossible",
    };
}
