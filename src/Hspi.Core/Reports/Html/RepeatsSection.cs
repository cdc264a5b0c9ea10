namespace Hspi.Reports.Html;

/// <summary>Whether the same question gets the same digits again.</summary>
internal static class RepeatsSection
{
    private const int Colours = 5;

    public static void Write(HtmlText html, VerificationReport report)
    {
        var repeated = report.Answers.GroupBy(answer => answer.Question).Where(group => group.Count() > 1).ToList();
        if (repeated.Count == 0)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>The same question again</h2>
            <p>Each line is one question, each square one answer to it, in the order asked. Equal letters are equal in every digit.
            One backend that computes alone repeats itself; several backends, or company in its batches, show as other letters.</p>
            """);
        var number = 0;
        foreach (var group in repeated)
        {
            var known = new List<string>();
            var squares = group.Select(answer => Letter(known, Digits(answer))).ToList();
            html.Add($"<div class=\"bar\"><div class=\"name\"><span>question {++number}</span><span>{(known.Count == 1 ? "all equal" : $"{known.Count} different answers")}</span></div><div class=\"squares\">");
            html.AddEach(squares, letter => $"<span class=\"square c{Math.Min(letter, Colours - 1)}\">{(char)('A' + Math.Min(letter, 25))}</span>");
            html.Add($"</div></div>");
        }

        html.Add($"</section>");
    }

    private static int Letter(List<string> known, string digits)
    {
        if (!known.Contains(digits))
        {
            known.Add(digits);
        }

        return known.IndexOf(digits);
    }

    private static string Digits(ReadAnswer answer) => string.Join('\n', answer.Answer.Steps.Select(step =>
        $"{step.Token}\t{step.LogprobText}\t{string.Join('\t', step.Alternatives.Select(alternative => alternative.Token + alternative.LogprobText))}"));
}
