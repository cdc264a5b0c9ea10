using Hspi.Probes;
using Hspi.Readers.References;

namespace Hspi.Comparisons;

/// <summary>All answers of both sides to one prompt, and how far each is from each.</summary>
public sealed class PromptPair
{
    private readonly double[,] _distances;

    /// <param name="ofA">Which answers are of side A.</param>
    /// <param name="rounds">The round of each.</param>
    /// <param name="distance">Between two of them, from 0.</param>
    public PromptPair(bool[] ofA, int[] rounds, Func<int, int, double> distance)
    {
        (OfA, Rounds) = (ofA, rounds);
        _distances = new double[ofA.Length, ofA.Length];
        for (var i = 0; i < ofA.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                _distances[i, j] = _distances[j, i] = distance(i, j);
            }
        }
    }

    /// <summary>Which answers are of side A.</summary>
    public bool[] OfA { get; }

    /// <summary>The round of each answer.</summary>
    public int[] Rounds { get; }

    /// <summary>How far apart two answers are.</summary>
    public double this[int one, int other] => _distances[one, other];

    /// <summary>With each distance replaced by its rank among those of this prompt, 0 to 1, ties sharing theirs: no single answer that moved far outweighs the rest, and prompts count alike.</summary>
    public PromptPair Ranked()
    {
        var sorted = Pairs().Select(pair => _distances[pair.One, pair.Other]).Order().ToList();
        var rank = sorted.Index().GroupBy(one => one.Item).ToDictionary(ties => ties.Key, ties => ties.Average(one => (double)one.Index) / Math.Max(1, sorted.Count - 1));
        return new PromptPair(OfA, Rounds, (i, j) => rank[_distances[i, j]]);
    }

    /// <summary>The energy distance under every labelling: twice the mean distance between sides, less the mean within each.</summary>
    public double[] Energies(bool paired, ref SeededNormal chance)
    {
        var ways = Labelling.Of(OfA, paired ? Rounds : null, ref chance);
        return [.. ways.Select(Energy)];
    }

    /// <summary>The median distance between the sides, and within them; null where there are none.</summary>
    public (double? Between, double? Within) Medians() =>
        (EnrolledStates.Median(Pairs().Where(pair => OfA[pair.One] != OfA[pair.Other]).Select(pair => _distances[pair.One, pair.Other])),
        EnrolledStates.Median(Pairs().Where(pair => OfA[pair.One] == OfA[pair.Other]).Select(pair => _distances[pair.One, pair.Other])));

    private double Energy(bool[] ofA)
    {
        Span<double> sums = [0, 0, 0];
        Span<int> counts = [0, 0, 0];
        foreach (var (one, other) in Pairs())
        {
            var kind = (ofA[one] ? 1 : 0) + (ofA[other] ? 1 : 0);
            sums[kind] += _distances[one, other];
            counts[kind]++;
        }

        return (2 * sums[1] / Math.Max(1, counts[1])) - (sums[0] / Math.Max(1, counts[0])) - (sums[2] / Math.Max(1, counts[2]));
    }

    private IEnumerable<(int One, int Other)> Pairs()
    {
        for (var i = 0; i < OfA.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                yield return (i, j);
            }
        }
    }
}
