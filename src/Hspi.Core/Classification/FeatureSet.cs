using System.Numerics;

namespace Hspi.Classification;

/// <summary>A way to turn one answer into numbers for a classifier. To add one: one line in <see cref="All"/>.</summary>
/// <param name="Name">Name in cards and options.</param>
/// <param name="NeedsLogits">Whether it reads the logits' own bits, which no API shows.</param>
/// <param name="Why">What it looks at.</param>
/// <param name="Compute">The numbers of an answer, always as many; from <see cref="Steps"/> steps of <see cref="Ranks"/> scores.</param>
public sealed record FeatureSet(string Name, bool NeedsLogits, string Why, Func<IReadOnlyList<StepScores>, float[]> Compute)
{
    /// <summary>Steps of an answer that are read.</summary>
    public const int Steps = 8;

    /// <summary>Scores per step that are read: what the most generous APIs show.</summary>
    public const int Ranks = 20;

    /// <summary>Finest spacing that gaps are held against is 2^-14; below that a float32 logprob has no digits left.</summary>
    private const int FinestSpacing = 14;

    private const int LowestBit = -30;
    private const int BitPositions = 36;

    /// <summary>Every feature set.</summary>
    public static IReadOnlyList<FeatureSet> All { get; } =
    [
        new("paper", false, "Sign, exponent and fraction of each logprob by rank, as the HSPI paper (section 4) does it.", Paper),
        new("gaps", false, "How near the gaps between logprobs lie to multiples of 2^-1 to 2^-14, and how many are equal: the spacing of a 16-bit head shows.", Gaps),
        new("zeros", true, "Which is the lowest set bit of each logit, absolutely and in its fraction: the order of the last sum shows.", Zeros),
        new("zeros+gaps", true, "Both.", scores => [.. Zeros(scores), .. Gaps(scores)]),
    ];

    /// <summary>The set called <paramref name="name"/>.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static FeatureSet Find(string name) => All.FirstOrDefault(set => set.Name == name)
        ?? throw new UsageException($"Unknown feature set \"{name}\". Known: {string.Join(", ", All.Select(set => set.Name))}.");

    private static float[] Paper(IReadOnlyList<StepScores> scores)
    {
        var features = new float[Steps * Ranks * 3];
        for (var step = 0; step < Math.Min(Steps, scores.Count); step++)
        {
            for (var rank = 0; rank < Math.Min(Ranks, scores[step].Logprobs.Count); rank++)
            {
                var bits = BitConverter.SingleToInt32Bits(scores[step].Logprobs[rank]);
                var at = ((step * Ranks) + rank) * 3;
                features[at] = bits >> 31;
                features[at + 1] = (bits >> 23) & 0xFF;
                features[at + 2] = bits & 0x7FFFFF;
            }
        }

        return features;
    }

    private static float[] Gaps(IReadOnlyList<StepScores> scores)
    {
        var features = new float[(2 * FinestSpacing) + 1];
        var gaps = scores.Take(Steps)
            .SelectMany(step => step.Logprobs.Take(Ranks).Skip(1).Select(logprob => (double)step.Logprobs[0] - logprob))
            .Where(double.IsFinite)
            .ToList();
        for (var spacing = 1; spacing <= FinestSpacing && gaps.Count > 0; spacing++)
        {
            var distances = gaps.Select(gap => Math.ScaleB(gap, spacing)).Select(scaled => Math.Abs(scaled - Math.Round(scaled))).ToList();
            // A float32 logprob of 2 to 16 is itself rounded by up to 2^-20: a fiftieth of the finest spacing.
            features[2 * (spacing - 1)] = (float)distances.Average();
            features[(2 * (spacing - 1)) + 1] = (float)distances.Count(distance => distance < 0.04) / distances.Count;
        }

        var pairs = scores.Take(Steps).SelectMany(step => step.Logprobs.Take(Ranks).Zip(step.Logprobs.Take(Ranks).Skip(1))).ToList();
        features[^1] = pairs.Count == 0 ? 0 : (float)pairs.Count(pair => pair.First.Equals(pair.Second)) / pairs.Count;
        return features;
    }

    private static float[] Zeros(IReadOnlyList<StepScores> scores)
    {
        var features = new float[BitPositions + 24];
        var logits = scores.Take(Steps).SelectMany(step => step.LogitBits).Where(bits => (bits & 0x7FFFFFFF) != 0 && (bits & 0x7F800000) != 0x7F800000).ToList();
        foreach (var bits in logits)
        {
            var zeros = Math.Min(23, BitOperations.TrailingZeroCount((bits & 0x7FFFFF) | 0x800000));
            var lowest = ((bits >> 23) & 0xFF) - 127 - 23 + zeros;
            features[Math.Clamp(lowest - LowestBit, 0, BitPositions - 1)] += 1f / logits.Count;
            features[BitPositions + zeros] += 1f / logits.Count;
        }

        return features;
    }
}

/// <summary>The scores of one generated token.</summary>
/// <param name="Logprobs">Best first.</param>
/// <param name="LogitBits">Bits of the logits, where they are known; empty for an endpoint.</param>
public sealed record StepScores(IReadOnlyList<float> Logprobs, IReadOnlyList<int> LogitBits);
