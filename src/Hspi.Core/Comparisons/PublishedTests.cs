using Hspi.Probes;

namespace Hspi.Comparisons;

/// <summary>Tests of others, by their names, on the same answers: what they would have seen stands beside what ours saw.</summary>
public static class PublishedTests
{
    /// <summary>
    /// Log-probability tracking: the mean over tokens of how far the mean logprobs of the first position differ, summed over prompts. A token that was not
    /// printed counts as the least of its answer. Permuted within each prompt.
    /// </summary>
    public static double[] Lt(IReadOnlyList<IReadOnlyDictionary<string, double>> answers, bool[] ofA, int[]? pairs, ref SeededNormal chance)
    {
        var tokens = answers.SelectMany(answer => answer.Keys).Distinct().ToList();
        var values = answers.Select(answer => tokens.Select(token => answer.GetValueOrDefault(token, answer.Values.DefaultIfEmpty().Min())).ToArray()).ToList();
        return [.. Labelling.Of(ofA, pairs, ref chance).Select(Statistic)];

        double Statistic(bool[] way)
        {
            var count = way.Count(one => one);
            return tokens.Select((_, token) => Math.Abs(Mean(token, true, count) - Mean(token, false, way.Length - count))).DefaultIfEmpty().Average();

            double Mean(int token, bool side, int of) => values.Where((_, answer) => way[answer] == side).Sum(value => value[token]) / Math.Max(1, of);
        }
    }

    /// <summary>
    /// What MET's kernel leaves between two texts: the share of places at which they differ, shorter ones padded. Space at the start is not counted. The energy
    /// distance of it is MET's MMD²; here it is permuted within each prompt, and its p is never 0.
    /// </summary>
    public static double MetDistance(string one, string other)
    {
        var (a, b) = (one.TrimStart(), other.TrimStart());
        var length = Math.Max(a.Length, b.Length);
        return length == 0 ? 0 : 1 - ((double)a.Zip(b).Count(pair => pair.First == pair.Second) / length);
    }
}
