using Hspi.Examinations;

namespace Hspi.Reports.Html;

/// <summary>Whether the same question gets the same digits again.</summary>
internal static class RepeatsSection
{
    private const int Colours = 5;

    public static void Write(HtmlText html, Examination examination)
    {
        var steadiness = examination.Findings.Steadiness;
        if (steadiness.Detail.Repeated.Count == 0)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>The same question again</h2>
            <p>Each line is one question, each square one answer to it, in the order asked. Equal letters are equal in text and in every digit.
            One backend that computes alone repeats itself; several backends, or company in its batches, show as other letters.</p>
            <p>{steadiness.Reading.Seen}</p>
            """);
        var number = 0;
        foreach (var forms in steadiness.Detail.Repeated)
        {
            var different = forms.Max() + 1;
            html.Add($"<div class=\"bar\"><div class=\"name\"><span>question {++number}</span><span>{(different == 1 ? "all equal" : $"{different} different answers")}</span></div><div class=\"squares\">");
            html.AddEach(forms, form => $"<span class=\"square c{Math.Min(form, Colours - 1)}\">{(char)('A' + Math.Min(form, 25))}</span>");
            html.Add($"</div></div>");
        }

        html.Add($"</section>");
    }
}
