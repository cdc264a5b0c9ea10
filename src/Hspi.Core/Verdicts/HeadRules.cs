using Hspi.Readers;

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
        new("fp32", Shows: null, Forbids: ["bf16", "fp16"], "an fp32 computation does not round its logits to 16 bits"),
        new("tf32", Shows: null, Forbids: ["bf16", "fp16"], "sums of tf32 products are fp32 numbers, not rounded to 16 bits"),
        // One 16-bit format accuses no other: bf16 logits from 2 to 4 print the numbers of fp16 logits from 16 to 32, and what
        // parts them is a prior on how large logits are, which grows with every answer of a model that it does not know.
        new("bf16", Shows: "bf16", Forbids: [], ""),
        new("fp16", Shows: "fp16", Forbids: [], ""),
    ];

    /// <summary>Judges a claimed precision.</summary>
    public static ClaimedColumn Judge(string claimed, Reading? head)
    {
        ClaimedColumn Say(Standing standing, string reason) => new("precision", claimed, standing, reason);
        if (head is null || head.Likelihoods.Count < 2)
        {
            return Say(Standing.NotVisible, "The head's precision could not be read from these answers.");
        }

        var best = head.Likelihoods.MaxBy(pair => pair.Value);
        var row = Table.FirstOrDefault(row => row.Claimed == claimed);
        if (row is null)
        {
            return Say(Standing.NotVisible, $"The lattice shows the head ({best.Key}); the format of quantised weights is not visible from here.");
        }

        if (row.Forbids.Contains(best.Key) && Margin(head, best.Value, row.Forbids) >= Decisive && head.Likelihoods.ContainsKey(row.Shows ?? "fp32"))
        {
            return Say(Standing.Contradicted, $"The head computes in {best.Key}, and {row.Reason}.");
        }

        return best.Key == row.Shows && Margin(head, best.Value, [best.Key]) >= Convincing
            ? Say(Standing.Supported, $"The head computes in {best.Key}; whether weights are stored in fewer bits is not visible from here.")
            : Say(Standing.NotVisible, best.Key switch
            {
                "fp32" => "The head computes in fp32, which fits, but servers give models of every precision an fp32 head.",
                "bf16" or "fp16" when best.Key != claimed => $"The lattice looks more like {best.Key}, but logits of another size would leave the same in {claimed}.",
                _ => "The lattice does not decide between this precision and others.",
            });
    }

    /// <summary>Distance to the likeliest alternative outside <paramref name="names"/>; none when everything is inside.</summary>
    private static double Margin(Reading head, double best, IReadOnlyList<string> names)
    {
        var others = head.Likelihoods.Where(pair => !names.Contains(pair.Key)).Select(pair => pair.Value).ToList();
        return others.Count == 0 ? 0 : best - others.Max();
    }

    private sealed record Row(string Claimed, string? Shows, IReadOnlyList<string> Forbids, string Reason);
}
