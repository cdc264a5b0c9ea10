using Hspi.Probes;

namespace Hspi.Reports.Html;

/// <summary>The lattice of the logits: what was seen, between what a 16-bit and what a 32-bit head would look like.</summary>
internal static class LatticeSection
{
    private const int MostRows = 40;
    private const int ExampleRows = 20;
    private const int ExampleGaps = 19;

    public static void Write(HtmlText html, VerificationReport report)
    {
        var rows = LatticeRow.Read(report.Answers);
        if (rows.Count == 0)
        {
            return;
        }

        var fitting = rows.Count(row => row.Fits);
        html.Add($"""
            <section>
            <h2>Do the scores stand on a ladder?</h2>
            <p>For each new token a model scores every word it knows. A model whose last layer computes in 16 bits can only give
            scores that stand on the rungs of a ladder; 32 bits give scores anywhere between them. We measured the distance from
            the best word's score to each of the others, and drew how far each distance misses a whole number of rungs:
            one dot for each word, one line for each token.</p>
            <div class="panels">
            <figure>{Panel(Enumerable.Range(0, ExampleRows).Select(IReadOnlyList<double> (_) => new double[ExampleGaps]))}<figcaption><b>16-bit head</b>: every dot on the rung.</figcaption></figure>
            <figure><div class="seen">{Panel(rows.Take(MostRows).Select(row => row.Rests))}</div><figcaption><b>This endpoint</b>: {Caption(rows.Count, fitting)}</figcaption></figure>
            <figure>{Panel(Scattered())}<figcaption><b>32-bit head</b>: dots everywhere.</figcaption></figure>
            </div>
            <p>{Conclusion(rows, fitting)}</p>
            <p class="soft">Left and right are drawn, not measured. A rung's height depends on how large the scores are: bf16 keeps
            8 significant bits, so scores from 8 to 16 stand 1/16 apart; fp16 keeps 11, and they stand 1/128 apart.</p>
            """);
        Steps(html, rows);
        html.Add($"</section>");
    }

    private static string Caption(int rows, int fitting) => FormattableString.Invariant($"{fitting} of {rows} tokens have all dots on a rung.");

    private static string Conclusion(IReadOnlyList<LatticeRow> rows, int fitting)
    {
        if (fitting == 0)
        {
            return "The dots lie everywhere: no rung of a 16-bit format is to be seen. The head computes in 32 bits, or the numbers were changed on their way.";
        }

        if (fitting < rows.Count)
        {
            return "Some tokens stand on a ladder and some do not. Either several backends answer, or some positions happen to need finer rungs than a float32 shows.";
        }

        var fine = rows.Count(row => row.Exponent <= -7);
        return fine * 2 > rows.Count
            ? "Every token stands on a ladder with fine rungs, as the 11 bits of fp16 make them. By chance that does not happen."
            : "Every token stands on a ladder with coarse rungs, as the 8 bits of bf16 make them. By chance that does not happen.";
    }

    private static void Steps(HtmlText html, IReadOnlyList<LatticeRow> rows)
    {
        var steps = rows.Where(row => row.Fits).GroupBy(row => row.Exponent).OrderByDescending(group => group.Key).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        html.Add($"<h3>The height of a rung, over all tokens</h3>");
        html.AddEach(steps, group => $"""
            <div class="bar"><div class="name"><span>{(group.Key == 0 ? "1" : $"1/{1 << -group.Key}")}</span><span>{group.Count()} tokens</span></div><div class="track"><div class="fill" style="width:{100.0 * group.Count() / rows.Count:0.##}%"></div></div></div>
            """);
    }

    /// <summary>Dots from half a rung below to half a rung above.</summary>
    private static HtmlText Panel(IEnumerable<IReadOnlyList<double>> rows)
    {
        var lines = rows.ToList();
        var pitch = Math.Min(9.0, 180.0 / lines.Count);
        var svg = new HtmlText().Add($"""
            <svg viewBox="0 0 120 204" role="img" aria-label="distances modulo one rung">
            <rect x="4" y="2" width="112" height="186" rx="3" fill="#f5f7f9"/>
            <line x1="60" y1="2" x2="60" y2="188" stroke="#d9480f" stroke-width="1" stroke-dasharray="3 2"/>
            <text x="4" y="201">-½</text><text x="60" y="201" text-anchor="middle">on a rung</text><text x="116" y="201" text-anchor="end">+½</text>
            """);
        for (var line = 0; line < lines.Count; line++)
        {
            var y = 6 + (line * pitch) + (pitch / 2);
            svg.AddEach(lines[line], rest => $"<circle cx=\"{60 + (108 * rest):0.##}\" cy=\"{y:0.##}\" r=\"1.5\" fill=\"#2257c4\" fill-opacity=\".65\"/>");
        }

        return svg.Add($"</svg>");
    }

    private static List<IReadOnlyList<double>> Scattered()
    {
        var chance = new SeededNormal(1);
        var rows = new List<IReadOnlyList<double>>();
        for (var row = 0; row < ExampleRows; row++)
        {
            var rests = new double[ExampleGaps];
            for (var gap = 0; gap < ExampleGaps; gap++)
            {
                rests[gap] = chance.NextUniform() - 0.5;
            }

            rows.Add(rests);
        }

        return rows;
    }
}
