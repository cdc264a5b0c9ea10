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

    private readonly Dictionary<string, List<Dictionary<string, double>>> _states = new(StringComparer.Ordinal);

    /// <summary>The answers of a class, repeated ones included.</summary>
    /// <param name="enrolled">The class.</param>
    /// <param name="prompts">Its prompts, in the order of its answers.</param>
    public static EnrolledStates Of(EnrolledClass enrolled, IReadOnlyList<ReferencePrompt> prompts)
    {
        var states = new EnrolledStates();
        for (var i = 0; i < prompts.Count; i++)
        {
            foreach (var answer in enrolled.Others.Count > i ? enrolled.Others[i].Prepend(enrolled.Answers[i]) : [enrolled.Answers[i]])
            {
                states.Add(prompts[i].Text, answer);
            }
        }

        return states;
    }

    /// <summary>Adds an answer.</summary>
    public void Add(string prompt, IReadOnlyList<ReferenceStep> answer) => Add(prompt, answer.Select(step => (step.Token, Numbers(step.Logprobs.Select(pair => (pair.Key, pair.Value))))));

    /// <summary>Adds an answer as an endpoint gave it.</summary>
    public void Add(string prompt, IReadOnlyList<Step> answer) => Add(prompt, answer.Select(step => (step.Token, Numbers(ReferenceComparison.Values(step)))));

    /// <summary>How many positions of an answer are met, of those that have enough alternatives and were enrolled after the same tokens.</summary>
    public PositionCount Met(string prompt, IReadOnlyList<Step> answer)
    {
        var (positions, met) = (0, 0);
        foreach (var (states, values) in Enrolled(prompt, answer).Where(position => position.Values.Count >= FewestAlternatives))
        {
            positions++;
            met += states.Exists(state => IsMet(state, values)) ? 1 : 0;
        }

        return new PositionCount(positions, met);
    }

    /// <summary>
    /// For each enrolled position the distance to the nearest state: the median over alternatives of how far the log-odds to the best one differ, in
    /// nats. The best one is taken off because the log-sum is noise that all values of a position share.
    /// </summary>
    public IEnumerable<double> Distances(string prompt, IReadOnlyList<Step> answer) =>
        from position in Enrolled(prompt, answer)
        let distances = position.States.Select(state => Distance(state, position.Values)).OfType<double>().ToList()
        where distances.Count > 0
        select distances.Min();

    /// <summary>The median; null of none.</summary>
    public static double? Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToList();
        return sorted.Count == 0 ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>With 20 alternatives half a thousandth never met a platform with other weights in thousands of positions; with 5, half of 10^-4.</summary>
    private static double Tolerance(int alternatives) => alternatives >= 20 ? 5e-4 : 5e-5;

    private static bool IsMet(Dictionary<string, double> state, Dictionary<string, double> values) =>
        values.All(pair => state.TryGetValue(pair.Key, out var enrolled) && Math.Abs(pair.Value - enrolled) <= Tolerance(values.Count));

    private static double? Distance(Dictionary<string, double> state, Dictionary<string, double> values)
    {
        var best = values.Count == 0 ? default : values.MaxBy(pair => pair.Value);
        var shared = values.Keys.Where(state.ContainsKey).ToList();
        return shared.Count >= FewestAlternatives && state.TryGetValue(best.Key, out var highest)
            ? Median(shared.Select(token => Math.Abs(values[token] - best.Value - (state[token] - highest))))
            : null;
    }

    private void Add(string prompt, IEnumerable<(string Token, Dictionary<string, double> Values)> steps)
    {
        var key = prompt;
        foreach (var (token, values) in steps)
        {
            if (!_states.TryGetValue(key, out var states))
            {
                _states[key] = states = [];
            }

            states.Add(values);
            key = Next(key, token);
        }
    }

    private IEnumerable<(List<Dictionary<string, double>> States, Dictionary<string, double> Values)> Enrolled(string prompt, IReadOnlyList<Step> answer)
    {
        var key = prompt;
        foreach (var step in answer)
        {
            if (_states.TryGetValue(key, out var states))
            {
                yield return (states, Numbers(ReferenceComparison.Values(step)));
            }

            key = Next(key, step.Token);
        }
    }

    // No prompt and no token holds this character.
    private static string Next(string key, string token) => $"{key}\0{token}";

    private static Dictionary<string, double> Numbers(IEnumerable<(string Token, string Text)> values)
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

/// <summary>Positions, and how many of them are met.</summary>
/// <param name="Positions">Positions that could be.</param>
/// <param name="Met">Those that are.</param>
public readonly record struct PositionCount(int Positions, int Met)
{
    /// <summary>Both together.</summary>
    public PositionCount And(PositionCount other) => new(Positions + other.Positions, Met + other.Met);
}
