using Hspi.Verdicts;

namespace Hspi.Reports.Html;

/// <summary>The report for people: one file without scripts or outside resources, for screen, phone and paper.</summary>
public static class HtmlReport
{
    /// <summary>The whole document.</summary>
    public static string Render(VerificationReport report)
    {
        var body = new HtmlText();
        Header(body, report);
        ClaimSection.Write(body, report);
        RankingSection.Write(body, report);
        LatticeSection.Write(body, report);
        DigitsSection.Write(body, report);
        RepeatsSection.Write(body, report);
        ReferencesSection.Write(body, report);
        ConfusionSection.Write(body, report);
        EvidenceSection.Write(body, report);
        return new HtmlText().Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{VerdictWords.Name(report.Conclusion.Verdict)}: {report.Endpoint}</title>
            <style>
            {new HtmlText().Add(StyleSheet.Text)}
            </style>
            </head>
            <body>
            <main>
            {body}
            </main>
            </body>
            </html>
            """).ToString();
    }

    private static void Header(HtmlText html, VerificationReport report)
    {
        var verdict = report.Conclusion.Verdict;
        html.Add($"""
            <header class="{Class(verdict)}">
            <p class="kicker">hspi · what serves this model?</p>
            <h1>{VerdictWords.Name(verdict)}</h1>
            <p class="meaning">{VerdictWords.Meaning(verdict)}</p>
            <p>{VerdictWords.Reason(verdict)}</p>
            </header>
            <dl class="facts">
            """);
        html.AddEach(Facts(report), fact => $"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>");
        html.Add($"</dl>");
    }

    private static IEnumerable<(string Name, string Value)> Facts(VerificationReport report)
    {
        yield return ("Endpoint", report.Endpoint);
        yield return ("Claim", report.Claim.Length > 0 ? report.Claim : "none");
        yield return ("Model", report.Model.Length > 0 ? report.Model : "not named");
        yield return ("Asked in", report.Dialect.Length > 0 ? report.Dialect : "no dialect was understood");
        yield return ("Cost", Cost(report.Cost));
        yield return ("Began", report.Started);
    }

    private static string Cost(RunCost cost) =>
        FormattableString.Invariant($"{cost.Calls} calls, {cost.PromptTokens + cost.CompletionTokens} tokens")
        + (cost.Usd is { } usd ? FormattableString.Invariant($", ${usd:0.######}") : "");

    private static string Class(Verdict verdict) => verdict switch
    {
        Verdict.Consistent or Verdict.Identified => "good",
        Verdict.Inconsistent => "bad",
        _ => "open",
    };
}
