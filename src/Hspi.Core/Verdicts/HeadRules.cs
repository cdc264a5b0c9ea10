using Hspi.Readers;
using Hspi.Readers.Lattice;

namespace Hspi.Verdicts;

/// <summary>What the lattice of the logits says about a claimed precision. Each row with its reason stands in README.md.</summary>
internal static class HeadRules
{
    /// <summary>
    /// ln 10^9: how much likelier than everything that the claim allows a head must be before it contradicts. One run in a
    /// thousand million may accuse wrongly by chance; a person asks a few thousand times in a life.
    /// </summary>
    private const double Decisive = 20.7;

    /// <summary>ln 1000: enough to call a claim supported, which accuses nobody.</summary>
    private const double Convincing = 6.9;

    private static readonly Row[] Table =
    [
        new("fp32", Shows: null, Forbids: [Head.Bf16, Head.Fp16], "an fp32 computation does not round its logits to 16 bits"),
        new("tf32", Shows: null, Forbids: [Head.Bf16, Head.Fp16], "sums of tf32 products are fp32 numbers, not rounded to 16 bits"),
        // One 16-bit format accuses no other: bf16 logits from 2 to 4 print the numbers of fp16 logits from 16 to 32, and what
        // parts them is a prior on how large logits are, which grows with every answer of a model that it does not know.
        new("bf16", Shows: Head.Bf16, Forbids: [], ""),
        new("fp16", Shows: Head.Fp16, Forbids: [], ""),
    ];

    /// <summary>Judges a claimed precision.</summary>
    public static ClaimedColumn Judge(string claimed, Reading? head)
    {
        ClaimedColumn Say(Standing standing, string reason) => new("precision", claimed, standing, reason);
        var heads = HeadText.Known.Where(one => head?.Likelihoods.ContainsKey(one.Word()) == true).ToDictionary(one => one, one => head!.Likelihoods[one.Word()]);
        if (heads.Count < 2)
        {
            return Say(Standing.NotVisible, "The head's precision could not be read from these answers.");
        }

        var best = heads.MaxBy(pair => pair.Value);
        var seen = best.Key.Word();
        var row = Table.FirstOrDefault(row => row.Claimed == claimed);
        if (row is null)
        {
            return Say(Standing.NotVisible, $"The lattice shows the head ({seen}); the format of quantised weights is not visible from here.");
        }

        if (row.Forbids.Contains(best.Key) && Margin(heads, best.Value, row.Forbids) >= Decisive && heads.ContainsKey(row.Shows ?? Head.Fp32))
        {
            return Say(Standing.Contradicted, $"The head computes in {seen}, and {row.Reason}.");
        }

        return best.Key == row.Shows && Margin(heads, best.Value, [best.Key]) >= Convincing
            ? Say(Standing.Supported, $"The head computes in {seen}; whether weights are stored in fewer bits is not visible from here.")
            : Say(Standing.NotVisible, best.Key switch
            {
                Head.Fp32 => "The head computes in fp32, which fits, but servers give models of every precision an fp32 head.",
                Head.Bf16 or Head.Fp16 when seen != claimed => $"The lattice looks more like {seen}, but logits of another size would leave the same in {claimed}.",
                _ => "The lattice does not decide between this precision and others.",
            });
    }

    /// <summary>Distance to the likeliest alternative outside <paramref name="allowed"/>; none when everything is inside.</summary>
    private static double Margin(Dictionary<Head, double> heads, double best, IReadOnlyList<Head> allowed)
    {
        var others = heads.Where(pair => !allowed.Contains(pair.Key)).Select(pair => pair.Value).ToList();
        return others.Count == 0 ? 0 : best - others.Max();
    }

    private sealed record Row(string Claimed, Head? Shows, IReadOnlyList<Head> Forbids, string Reason);
}
