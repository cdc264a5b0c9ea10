using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Readers.References;

namespace Hspi.Comparisons;

/// <summary>Counts how many different sets of digits were seen at each position of a question: at the same tokens so far.</summary>
internal static class BitStates
{
    /// <param name="answers">By question; every condition together.</param>
    /// <returns>Entry i counts the positions with i + 1 states, among those with numbers in two answers or more.</returns>
    public static IReadOnlyList<int> Count(IEnumerable<(string Prompt, ParsedAnswer Answer)> answers)
    {
        Dictionary<string, Position> starts = new(StringComparer.Ordinal);
        List<Position> positions = [];
        foreach (var (prompt, answer) in answers)
        {
            var at = Next(starts, prompt, positions);
            foreach (var step in answer.Steps)
            {
                at.See(step);
                at = Next(at.Behind, step.Token, positions);
            }
        }

        List<int> states = [.. positions.Where(one => one.Seen > 1).Select(one => one.States)];
        return [.. Enumerable.Range(1, states.DefaultIfEmpty().Max()).Select(count => states.Count(one => one == count))];
    }

    private static Position Next(Dictionary<string, Position> among, string key, List<Position> positions)
    {
        if (!among.TryGetValue(key, out var found))
        {
            among[key] = found = new Position();
            positions.Add(found);
        }

        return found;
    }

    private sealed class Position
    {
        private readonly HashSet<string> _states = new(StringComparer.Ordinal);

        public Dictionary<string, Position> Behind { get; } = new(StringComparer.Ordinal);

        /// <summary>Answers with numbers here.</summary>
        public int Seen { get; private set; }

        public int States => _states.Count;

        public void See(Step step)
        {
            var values = ReferenceComparison.Values(step).OrderBy(value => value.Token, StringComparer.Ordinal).Select(value => $"{value.Token}\0{value.Text}").ToList();
            if (values.Count > 0)
            {
                Seen++;
                _states.Add(string.Join('\0', values));
            }
        }
    }
}
