using Hspi.Examinations;
using Hspi.Probes;
using Hspi.Readers.Lattice;

namespace Hspi.Reports.Html;

/// <summary>The lattice of the logits: what was seen, between what a 16-bit and what a 32-bit head would look like.</summary>
internal static class LatticeSection
{
    private const int ExampleRows = 20;
    private const int ExampleGaps = 19;

    /// <summary>Positions with fewer gaps show no ladder to the eye.</summary>
    private const int FewestGaps = 4;

    /// <summary>Rungs that are drawn where none fits: those of bf16 for logits from 8 to 16.</summary>
    private const double UsualStep = 1.0 / 16;

    public static void Write(HtmlText html, Examination examination)
    {
        var head = examination.Findings.Head;
        var rows = head.Detail.Examples.Where(row => row.Gaps.Count >= FewestGaps).ToList();
        if (rows.Count == 0)
        {
            return;
        }

        html.Add($"""
            <section>
            <h2>Do the scores stand on a ladder?</h2>
            <p>For each new token a model scores every word it knows. A model whose last layer computes in 16 bits can only give
            scores that stand on the rungs of a ladder; 32 bits give scores anywhere between them. We measured the distance from
            the best word's score to each of the others, and drew how far each distance misses a whole number of rungs:
            one dot for each word, one line for each token.</p>
            <div class="panels">
            <figure>{Panel(Enumerable.Range(0, ExampleRows).Select(IReadOnlyList<double> (_) => new double[ExampleGaps]))}<figcaption><b>16-bit head</b>: every dot on the rung.</figcaption></figure>
            <figure><div class="seen">{Panel(rows.Select(Rests))}</div><figcaption><b>This endpoint</b>: {rows.Count(row => row.Fits)} of {rows.Count} tokens have all dots on a rung.</figcaption></figure>
            <figure>{Panel(Scattered())}<figcaption><b>32-bit head</b>: dots everywhere.</figcaption></figure>
            </div>
            <p>{Meaning(head.Head)} {head.Reading.Seen}</p>
            <p class="soft">Left and right are drawn, not measured; in the middle, the first {rows.Count} of {head.Detail.Positions} tokens. A rung's height
            depends on how large the scores are: bf16 keeps 8 significant bits, so scores from 8 to 16 stand 1/16 apart and those from
            1 to 2 stand 1/128 apart; fp16 keeps 11, so its rungs are eight times finer.</p>
            """);
        Steps(html, rows);
        html.Add($"</section>");
    }

    /// <summary>The reader's conclusion, which weighs what no eye can, in words for the picture.</summary>
    private static string Meaning(Head head) => head switch
    {
        Head.Fp32 => "No rung of a 16-bit format is to be seen: the head computes in 32 bits, or the numbers were changed on their way.",
        Head.Bf16 or Head.Fp16 => $"The tokens stand on a ladder, and how its rungs widen with the scores is that of {head.Word()}. By chance that does not happen.",
        _ => "",
    };

    private static void Steps(HtmlText html, List<LatticePosition> rows)
    {
        var steps = rows.Where(row => row.Fits).GroupBy(row => row.Step).OrderByDescending(group => group.Key).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        html.Add($"<h3>The height of a rung</h3>");
        html.AddEach(steps, group => $"""
            <div class="bar"><div class="name"><span>{Height(group.Key)}</span><span>{group.Count()} tokens</span></div><div class="track"><div class="fill" style="width:{100.0 * group.Count() / rows.Count:0.##}%"></div></div></div>
            """);
    }

    /// <summary>A power of two as a fraction; any other, which a hidden temperature makes, as it is.</summary>
    private static string Height(double step) => Math.ScaleB(1, Math.ILogB(step)) != step ? FormattableString.Invariant($"{step:0.######}")
        : step >= 1 ? FormattableString.Invariant($"{step:0}")
        : FormattableString.Invariant($"1/{1 / step:0}");

    /// <summary>How far each gap misses a whole number of rungs, −½ to ½ of one.</summary>
    private static IReadOnlyList<double> Rests(LatticePosition row)
    {
        var step = row.Step > 0 ? row.Step : UsualStep;
        return [.. row.Gaps.Select(gap => Math.IEEERemainder(gap, step) / step)];
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
