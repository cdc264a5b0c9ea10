namespace Hspi.Reports.Html;

/// <summary>How the numbers are printed: which digits carry something, and how many there are.</summary>
internal static class DigitsSection
{
    private const int MostSamples = 8;

    /// <summary>Decimal digits that always bring a float32 back.</summary>
    private const int Float32Digits = 9;

    public static void Write(HtmlText html, VerificationReport report)
    {
        var texts = report.Answers
            .SelectMany(answer => answer.Answer.Steps)
            .SelectMany(step => step.Alternatives.Select(alternative => alternative.LogprobText))
            .Where(text => text.Length is > 0 and < 40)
            .ToList();
        if (texts.Count == 0)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>How the numbers are written</h2>
            <p>A float32 needs nine digits. What stands behind them in grey is no knowledge, only the way in which a program
            prints: Python and its relatives print 16 or 17, Rust prints up to 9, a proxy may round.</p>
            <div class="digits mono">
            """);
        html.AddEach(texts.Distinct().OrderByDescending(text => text.Length).ThenBy(text => text, StringComparer.Ordinal).Take(MostSamples), text => $"<div>{Marked(text)}</div>");
        html.Add($"</div><h3>Significant digits of {texts.Count} numbers</h3>");
        html.AddEach(texts.GroupBy(Significant).OrderBy(group => group.Key), group => $"""
            <div class="bar"><div class="name"><span>{group.Key} digits</span><span>{group.Count()}</span></div><div class="track"><div class="fill" style="width:{100.0 * group.Count() / texts.Count:0.##}%"></div></div></div>
            """);
        html.Add($"</section>");
    }

    private static HtmlText Marked(string text)
    {
        var seen = 0;
        var end = 0;
        while (end < text.Length && seen < Float32Digits && text[end] is not ('e' or 'E'))
        {
            seen += char.IsAsciiDigit(text[end]) && (seen > 0 || text[end] != '0') ? 1 : 0;
            end++;
        }

        return new HtmlText().Add($"<b>{text[..end]}</b><i>{text[end..]}</i>");
    }

    private static int Significant(string text) =>
        text.Split('e', 'E')[0].Where(char.IsAsciiDigit).SkipWhile(digit => digit == '0').Count();
}
