using Hspi.Examinations;

namespace Hspi.Reports.Html;

/// <summary>How the numbers are printed: which digits carry something, and how many there are.</summary>
internal static class DigitsSection
{
    /// <summary>Decimal digits that always bring a float32 back.</summary>
    private const int Float32Digits = 9;

    public static void Write(HtmlText html, Examination examination)
    {
        var numbers = examination.Findings.Numbers.Detail;
        if (numbers.Numbers == 0)
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
        html.AddEach(numbers.Longest, text => $"<div>{Marked(text)}</div>");
        html.Add($"</div><h3>Significant digits of {numbers.Numbers} numbers</h3>");
        html.AddEach(numbers.Digits.Index().Where(digits => digits.Item > 0), digits => $"""
            <div class="bar"><div class="name"><span>{digits.Index} digits</span><span>{digits.Item}</span></div><div class="track"><div class="fill" style="width:{100.0 * digits.Item / numbers.Numbers:0.##}%"></div></div></div>
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
}
