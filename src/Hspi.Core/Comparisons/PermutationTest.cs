using Hspi.Probes;

namespace Hspi.Comparisons;

/// <summary>An exact test of whether two sides are one: the labels of the answers change places within each prompt.</summary>
/// <param name="Statistic">As it was, summed over prompts; larger is more different.</param>
/// <param name="P">(1 + draws at least as large) / (1 + draws): never 0, and at most α with probability α where the sides are one.</param>
/// <param name="Score">How many standard deviations of its permutations the statistic lies above their mean; 0 where nothing varies.</param>
public sealed record PermutationTest(double Statistic, double P, double Score)
{
    /// <summary>Runs it.</summary>
    /// <param name="strata">For each prompt the statistic under every labelling, the true one first (<see cref="Labelling"/>).</param>
    /// <param name="draws">Permutations, from 99.</param>
    /// <param name="seed">Of the draws.</param>
    public static PermutationTest Of(IReadOnlyList<double[]> strata, int draws, ulong seed)
    {
        var observed = strata.Sum(stratum => stratum[0]);
        var mean = strata.Sum(stratum => stratum.Average());
        var variance = strata.Sum(stratum => stratum.Select(value => value - stratum.Average()).Average(off => off * off));
        if (variance < 1e-24)
        {
            return new PermutationTest(observed, 1, 0);
        }

        var chance = new SeededNormal(seed);
        // Sums in another order differ in their last bits: what is equal must count as reached.
        var least = observed - (1e-9 * Math.Sqrt(variance));
        var reached = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var sum = 0.0;
            foreach (var stratum in strata)
            {
                sum += stratum[chance.Next(stratum.Length)];
            }

            reached += sum >= least ? 1 : 0;
        }

        return new PermutationTest(observed, (1.0 + reached) / (draws + 1), (observed - mean) / Math.Sqrt(variance));
    }
}
