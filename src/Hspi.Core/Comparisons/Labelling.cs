using Hspi.Probes;

namespace Hspi.Comparisons;

/// <summary>The ways in which the answers to one prompt could have been handed to the two sides, if the sides are one.</summary>
public static class Labelling
{
    /// <summary>Ways that are listed at most; of more, so many are drawn, which leaves the test exact.</summary>
    private const int Most = 1024;

    /// <summary>All of them, or a fair draw; the way it was stands first.</summary>
    /// <param name="ofA">Which answers are of side A.</param>
    /// <param name="pairs">The pair that each answer was asked in: labels change places within a pair only. Null: any answers may change places.</param>
    /// <param name="chance">Draws where there are too many.</param>
    public static IReadOnlyList<bool[]> Of(bool[] ofA, int[]? pairs, ref SeededNormal chance)
    {
        List<bool[]> ways = [ofA];
        if (Count(ofA, pairs) <= Most)
        {
            ways.AddRange(All(ofA, pairs).Where(way => !way.AsSpan().SequenceEqual(ofA)));
            return ways;
        }

        while (ways.Count < Most)
        {
            ways.Add(Drawn(ofA, pairs, ref chance));
        }

        return ways;
    }

    private static double Count(bool[] ofA, int[]? pairs) => pairs is null
        ? Enumerable.Range(1, ofA.Count(one => one)).Aggregate(1.0, (ways, k) => ways * (ofA.Length - k + 1) / k)
        : Math.Pow(2, Whole(ofA, pairs).Count);

    private static IEnumerable<bool[]> All(bool[] ofA, int[]? pairs)
    {
        if (pairs is null)
        {
            return Chosen(ofA.Length, ofA.Count(one => one));
        }

        var whole = Whole(ofA, pairs);
        return Enumerable.Range(0, 1 << whole.Count).Select(bits => Swapped(ofA, whole.Where((_, pair) => ((bits >> pair) & 1) == 1)));
    }

    private static bool[] Drawn(bool[] ofA, int[]? pairs, ref SeededNormal chance)
    {
        if (pairs is not null)
        {
            List<(int, int)> swapped = [];
            foreach (var pair in Whole(ofA, pairs))
            {
                if (chance.Next(2) == 1)
                {
                    swapped.Add(pair);
                }
            }

            return Swapped(ofA, swapped);
        }

        var way = ofA.ToArray();
        for (var last = way.Length - 1; last > 0; last--)
        {
            var other = chance.Next(last + 1);
            (way[last], way[other]) = (way[other], way[last]);
        }

        return way;
    }

    /// <summary>Pairs of which both answers came.</summary>
    private static List<(int A, int B)> Whole(bool[] ofA, int[] pairs) =>
    [
        .. from one in Enumerable.Range(0, ofA.Length)
           where ofA[one]
           from other in Enumerable.Range(0, ofA.Length)
           where !ofA[other] && pairs[one] == pairs[other]
           select (one, other),
    ];

    private static bool[] Swapped(bool[] ofA, IEnumerable<(int A, int B)> swapped)
    {
        var way = ofA.ToArray();
        foreach (var (a, b) in swapped)
        {
            (way[a], way[b]) = (way[b], way[a]);
        }

        return way;
    }

    private static IEnumerable<bool[]> Chosen(int count, int chosen)
    {
        if (chosen == 0 || chosen == count)
        {
            yield return [.. Enumerable.Repeat(chosen > 0, count)];
            yield break;
        }

        foreach (var rest in Chosen(count - 1, chosen - 1))
        {
            yield return [.. rest, true];
        }

        foreach (var rest in Chosen(count - 1, chosen))
        {
            yield return [.. rest, false];
        }
    }
}
