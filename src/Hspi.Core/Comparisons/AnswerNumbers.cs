using Hspi.Dialects;
using Hspi.Readers.References;

namespace Hspi.Comparisons;

/// <summary>The printed logprobs of an answer, by position and token, ready to be held against another answer to the same prompt.</summary>
public sealed class AnswerNumbers
{
    private readonly IReadOnlyList<(string Token, IReadOnlyDictionary<string, double> Values)> _positions;

    private AnswerNumbers(IReadOnlyList<(string, IReadOnlyDictionary<string, double>)> positions) => _positions = positions;

    /// <summary>The logprobs of the first position; empty where none were printed.</summary>
    public IReadOnlyDictionary<string, double> First => _positions.Count > 0 ? _positions[0].Values : new Dictionary<string, double>();

    /// <summary>Whether anything was printed that can be compared.</summary>
    public bool Any => First.Count > 0;

    /// <summary>Reads an answer; what stands for "none" is left out.</summary>
    public static AnswerNumbers Of(ParsedAnswer answer) => new([.. answer.Steps.Select(step => (step.Token, (IReadOnlyDictionary<string, double>)EnrolledStates.Numbers(ReferenceComparison.Values(step))))]);

    /// <summary>
    /// For each position that both reached after the same tokens, the median over alternatives of how far the log-odds to the best common one differ, in nats;
    /// 0 where every printed value is the same. The best one is taken off because the log-sum is noise that all values of a position share.
    /// An alternative that only one side printed counts, on the other, as the least that was printed there.
    /// </summary>
    public IReadOnlyList<double> Distances(AnswerNumbers other)
    {
        List<double> distances = [];
        foreach (var (own, their) in _positions.Zip(other._positions))
        {
            if (own.Values.Count > 0 && their.Values.Count > 0)
            {
                distances.Add(Distance(own.Values, their.Values));
            }

            if (own.Token != their.Token)
            {
                break;
            }
        }

        return distances;
    }

    /// <summary>A mean of the positions in which one that moved as a whole does not outweigh the rest; null where no position is common.</summary>
    public double? Distance(AnswerNumbers other) => Distances(other) is { Count: > 0 } distances ? distances.Average(Math.Sqrt) : null;

    /// <summary>A copy with each value moved by chance: as a change of the computation would, the same way whenever it is asked.</summary>
    /// <param name="shift">The move of a value, in nats, by position and token.</param>
    public AnswerNumbers Moved(Func<int, string, double> shift) =>
        new([.. _positions.Select((position, number) => (position.Token, (IReadOnlyDictionary<string, double>)position.Values.ToDictionary(pair => pair.Key, pair => pair.Value + shift(number, pair.Key), StringComparer.Ordinal)))]);

    private static double Distance(IReadOnlyDictionary<string, double> own, IReadOnlyDictionary<string, double> their)
    {
        var (leastOwn, leastTheir) = (own.Values.Min(), their.Values.Min());
        var common = own.Keys.Where(their.ContainsKey).ToList();
        if (common.Count == 0)
        {
            // Not one word in common: as far as the printed range goes.
            return Math.Max(own.Values.Max() - leastOwn, their.Values.Max() - leastTheir) + 1;
        }

        var best = common.MaxBy(token => own[token] + their[token])!;
        var differences = own.Keys.Union(their.Keys).Where(token => token != best)
            .Select(token => Math.Abs(own.GetValueOrDefault(token, leastOwn) - own[best] - (their.GetValueOrDefault(token, leastTheir) - their[best])));
        // A single value has no odds to another; then the logprob itself is all there is.
        return EnrolledStates.Median(differences) ?? Math.Abs(own[best] - their[best]);
    }
}
