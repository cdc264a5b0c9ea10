using Hspi.Examinations;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Reports.Html;

/// <summary>Agreement with enrolled answers, and how far the rest is off.</summary>
internal static class ReferencesSection
{
    private const int Most = 12;
    private const int MostPlots = 3;
    private const int MostDots = 2000;

    /// <summary>Differences below this are drawn as equal: a float32 near −20 cannot show them.</summary>
    private const double Least = 1e-8;

    public static void Write(HtmlText html, Examination examination)
    {
        if (examination.References is not { } references)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>Compared with platforms that we know</h2>
            <p>The same questions were put to known platforms before. Each bar is the share of printed numbers that agree
            in every digit. Only a full bar means the same platform.</p>
            """);
        html.AddEach(Ordered(references).Take(Most), one => $"""
            <div class="bar"><div class="name"><span>{one.Class}</span><span>{one.Equal} of {one.Compared}</span></div><div class="track"><div class="fill {(one.Equal == 0 ? "none" : one.Equal == one.Compared ? "good" : "")}" style="width:{Share(one):0.##}%"></div></div></div>
            """);
        var closest = Ordered(references).Take(MostPlots).Select(one => one.Class).ToHashSet(StringComparer.Ordinal);
        foreach (var match in references.Matches.Where(match => closest.Contains(match.Agreement.Class) && match.Differences.Count > 0))
        {
            html.Add($"<h3>How far off: {match.Agreement.Class}</h3><figure>{Plot(match.Differences)}</figure>");
        }

        html.Add($"</section>");
    }

    private static IOrderedEnumerable<ReferenceAgreement> Ordered(ReferenceFinding references) =>
        references.Agreements.OrderByDescending(Share).ThenBy(one => one.Class, StringComparer.Ordinal);

    private static double Share(ReferenceAgreement one) => one.Compared == 0 ? 0 : 100.0 * one.Equal / one.Compared;

    /// <summary>One dot per value: its number across, the size of its difference upwards, in powers of ten.</summary>
    private static HtmlText Plot(IReadOnlyList<double> values)
    {
        var svg = new HtmlText().Add($"""
            <svg viewBox="0 0 360 130" role="img" aria-label="differences of logprobs">
            <rect x="40" y="4" width="316" height="104" rx="3" fill="#f5f7f9"/>
            """);
        for (var power = -6; power <= 0; power += 2)
        {
            svg.Add($"<line x1=\"40\" x2=\"356\" y1=\"{Height(power):0.#}\" y2=\"{Height(power):0.#}\" stroke=\"#dfe4ea\"/><text x=\"36\" y=\"{Height(power) + 3:0.#}\" text-anchor=\"end\">10{Superscript(power)}</text>");
        }

        svg.Add($"<text x=\"36\" y=\"107\" text-anchor=\"end\">equal</text><text x=\"356\" y=\"124\" text-anchor=\"end\">{values.Count} values, in the order of the questions</text>");
        var every = Math.Max(1, values.Count / MostDots);
        for (var i = 0; i < values.Count; i += every)
        {
            var size = Math.Abs(values[i]);
            var y = size < Least ? 104 : Height(Math.Min(0.5, Math.Log10(size)));
            svg.Add($"<circle cx=\"{44 + (308.0 * i / values.Count):0.#}\" cy=\"{y:0.#}\" r=\"1.6\" fill=\"{(size < Least ? "#0b7a4b" : "#d9480f")}\" fill-opacity=\".6\"/>");
        }

        return svg.Add($"</svg>");
    }

    private static double Height(double power) => 12 - (power * 11);

    private static string Superscript(int power) => power == 0 ? "⁰" : "⁻" + "⁰¹²³⁴⁵⁶⁷⁸⁹"[-power];
}
