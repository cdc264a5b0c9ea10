using Hspi.Backends.Endpoint;
using Hspi.Examinations;
using Hspi.Verdicts;

namespace Hspi.Reports.Html;

/// <summary>The report for people: one file without scripts or outside resources, for screen, phone and paper.</summary>
public static class HtmlReport
{
    /// <summary>The whole document.</summary>
    public static string Render(Examination examination)
    {
        var body = new HtmlText();
        Header(body, examination);
        ClaimSection.Write(body, examination);
        RankingSection.Write(body, examination);
        LatticeSection.Write(body, examination);
        DigitsSection.Write(body, examination);
        RepeatsSection.Write(body, examination);
        ReferencesSection.Write(body, examination);
        ConfusionSection.Write(body, examination);
        EvidenceSection.Write(body, examination);
        return new HtmlText().Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{VerdictWords.Name(examination.Conclusion.Verdict)}: {examination.Endpoint}</title>
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

    private static void Header(HtmlText html, Examination examination)
    {
        var verdict = examination.Conclusion.Verdict;
        html.Add($"""
            <header class="{Class(verdict)}">
            <p class="kicker">hspi · what serves this model?</p>
            <h1>{VerdictWords.Name(verdict)}</h1>
            <p class="meaning">{VerdictWords.Meaning(verdict)}</p>
            <p>{VerdictWords.Reason(verdict)}</p>
            {Next(examination)}
            </header>
            <dl class="facts">
            """);
        html.AddEach(Facts(examination), fact => $"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>");
        html.Add($"</dl>");
    }

    private static HtmlText Next(Examination examination) =>
        examination.Conclusion.Next is { } next ? new HtmlText().Add($"<p>What would help most: {next}</p>") : new HtmlText();

    private static IEnumerable<(string Name, string Value)> Facts(Examination examination)
    {
        yield return ("Endpoint", examination.Endpoint);
        yield return ("Claim", examination.Claim.Length > 0 ? examination.Claim : "none");
        yield return ("Model", examination.Model.Length > 0 ? examination.Model : "not named");
        yield return ("Asked in", examination.Dialect.Length > 0 ? examination.Dialect : "no dialect was understood");
        yield return ("Cost", Cost(examination.Cost));
        yield return ("Began", examination.Started);
        yield return ("Judged by the rules of", VerdictWords.Rules);
    }

    private static string Cost(Spent cost) =>
        FormattableString.Invariant($"{cost.Calls} calls, {cost.Tokens} tokens")
        + (cost.Usd is { } usd ? FormattableString.Invariant($", ${usd:0.######}") : "");

    private static string Class(Verdict verdict) => verdict switch
    {
        Verdict.Consistent or Verdict.Identified => "good",
        Verdict.Inconsistent => "bad",
        _ => "open",
    };
}
