using System.Numerics;
using Hspi.Answers;

namespace Hspi.Readers.References;

/// <summary>Every state in which one enrolled platform was seen to print a position: a server that others use has a few of them, by how its batch was composed.</summary>
/// <remarks>
/// A position is met when all of its printed values are, within a tolerance, those of one state at the same prompt and the same tokens so far.
/// One met position of 20 values is nearly a proof; that none is met proves nothing. Measured: docs/under-load-measured.md.
/// </remarks>
public sealed class EnrolledStates
{
    /// <summary>Alternatives from which a position can be met at all; fewer agree by chance too often.</summary>
    private const int FewestAlternatives = 5;

    /// <summary>Steps of an answer that are looked at: one bit each.</summary>
    private const int MostSteps = 64;

    private readonly Dictionary<string, List<Dictionary<string, double>>> _states = new(StringComparer.Ordinal);

    /// <summary>The answers of a class, repeated ones included.</summary>
    /// <param name="enrolled">The class.</param>
    /// <param name="prompts">Its prompts, in the order of its answers.</param>
    public static EnrolledStates Of(EnrolledClass enrolled, IReadOnlyList<ReferencePrompt> prompts)
    {
        var states = new EnrolledStates();
        for (var i = 0; i < prompts.Count; i++)
        {
            foreach (var answer in enrolled.All(i))
            {
                states.Add(prompts[i].Text, answer);
            }
        }

        return states;
    }

    /// <summary>Adds an enrolled answer.</summary>
    public void Add(string prompt, IReadOnlyList<ReferenceStep> answer)
    {
        foreach (var (key, values) in Positions(prompt, answer.Select(Read)))
        {
            if (!_states.TryGetValue(key, out var states))
            {
                _states[key] = states = [];
            }

            states.Add(values);
        }
    }

    /// <summary>Holds an endpoint's answer against the states.</summary>
    public StateAgreement Compare(string prompt, IReadOnlyList<Step> answer) => Compare(Positions(prompt, answer.Select(Read)));

    /// <summary>Holds another enrolled answer against the states, as if it had been printed with the highest <paramref name="alternatives"/> values.</summary>
    public StateAgreement Compare(string prompt, IReadOnlyList<ReferenceStep> answer, int alternatives) =>
        Compare(Positions(prompt, answer.Select(Read)).Select(position => (position.Key, Highest(position.Values, alternatives))));

    /// <summary>How many positions of another class these states meet, if it prints the highest <paramref name="alternatives"/> values; only those after tokens that both were enrolled with.</summary>
    public PositionCount Met(EnrolledStates other, int alternatives)
    {
        var (positions, met) = (0, 0);
        foreach (var (key, printed) in other._states)
        {
            if (_states.TryGetValue(key, out var states))
            {
                positions += printed.Count(values => values.Count >= FewestAlternatives);
                met += printed.Count(values => values.Count >= FewestAlternatives && states.Exists(state => IsMet(state, Highest(values, alternatives))));
            }
        }

        return new PositionCount(positions, met);
    }

    /// <summary>The median; null of none.</summary>
    public static double? Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToList();
        return sorted.Count == 0 ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>With 20 alternatives half a thousandth never met a platform with other weights in thousands of positions; with 5, half of 10^-4.</summary>
    public static double Tolerance(int alternatives) => alternatives >= 20 ? 5e-4 : 5e-5;

    private StateAgreement Compare(IEnumerable<(string Key, Dictionary<string, double> Values)> answer)
    {
        var (step, compared, met) = (0, 0UL, 0UL);
        List<double> distances = [];
        foreach (var (key, values) in answer.Take(MostSteps))
        {
            if (values.Count >= FewestAlternatives && _states.TryGetValue(key, out var states))
            {
                compared |= 1UL << step;
                met |= states.Exists(state => IsMet(state, values)) ? 1UL << step : 0;
                if (states.Select(state => Distance(state, values)).OfType<double>().ToList() is { Count: > 0 } near)
                {
                    distances.Add(near.Min());
                }
            }

            step++;
        }

        return new StateAgreement(compared, met, Median(distances));
    }

    private static bool IsMet(Dictionary<string, double> state, Dictionary<string, double> values)
    {
        // Beside the tolerance a printed number may be off by how doubles are spaced.
        var most = Tolerance(values.Count) + 1e-9;
        foreach (var (token, value) in values)
        {
            if (!state.TryGetValue(token, out var enrolled) || Math.Abs(value - enrolled) > most)
            {
                return false;
            }
        }

        return true;
    }

    private static double? Distance(Dictionary<string, double> state, Dictionary<string, double> values)
    {
        var best = values.MaxBy(pair => pair.Value);
        var shared = values.Keys.Where(state.ContainsKey).ToList();
        return shared.Count >= FewestAlternatives && state.TryGetValue(best.Key, out var highest)
            ? Median(shared.Select(token => Math.Abs(values[token] - best.Value - (state[token] - highest))))
            : null;
    }

    /// <summary>Each position under the prompt and the tokens before it.</summary>
    private static IEnumerable<(string Key, Dictionary<string, double> Values)> Positions(string prompt, IEnumerable<(string Token, Dictionary<string, double> Values)> steps)
    {
        var key = prompt;
        foreach (var (token, values) in steps)
        {
            yield return (key, values);
            // No prompt and no token holds this character.
            key = $"{key}\0{token}";
        }
    }

    private static Dictionary<string, double> Highest(Dictionary<string, double> values, int most) => values.Count <= most
        ? values
        : values.OrderByDescending(pair => pair.Value).Take(most).ToDictionary(StringComparer.Ordinal);

    private static (string Token, Dictionary<string, double> Values) Read(ReferenceStep step) => (step.Token, Numbers(step.Logprobs.Select(pair => (pair.Key, pair.Value))));

    private static (string Token, Dictionary<string, double> Values) Read(Step step) => (step.Token, Numbers(ReferenceComparison.Values(step)));

    /// <summary>What is a logprob, by token; the first of a token counts.</summary>
    internal static Dictionary<string, double> Numbers(IEnumerable<(string Token, string Text)> values)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (token, text) in values)
        {
            if (PrintedNumber.TryReadLogprob(text, out var number))
            {
                numbers.TryAdd(token, number.Value);
            }
        }

        return numbers;
    }
}

/// <summary>How an answer agrees with the states of one class, step by step: bit i is step i.</summary>
/// <param name="Compared">Steps that have enough alternatives and were enrolled after the same tokens.</param>
/// <param name="Met">Those of them that are met.</param>
/// <param name="Distance">
/// The median over compared steps of the distance to the nearest state, in nats; null where none could be compared. The distance of a step is the
/// median over its alternatives of how far the log-odds to the best one differ: the log-sum, which all values of a step share, is noise.
/// </param>
public readonly record struct StateAgreement(ulong Compared, ulong Met, double? Distance)
{
    /// <summary>Whether one step at least is met: then the answer is this class's, or chance.</summary>
    public bool IsMet => Met != 0;

    /// <summary>As counts.</summary>
    public PositionCount Count => new(BitOperations.PopCount(Compared), BitOperations.PopCount(Met));
}

/// <summary>Positions, and how many of them are met.</summary>
/// <param name="Positions">Positions that could be.</param>
/// <param name="Met">Those that are.</param>
public readonly record struct PositionCount(int Positions, int Met)
{
    /// <summary>Both together.</summary>
    public PositionCount And(PositionCount other) => new(Positions + other.Positions, Met + other.Met);
}
