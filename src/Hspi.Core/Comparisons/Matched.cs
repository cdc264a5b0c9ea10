using Hspi.Probes;
using Hspi.Readers.References;

namespace Hspi.Comparisons;

/// <summary>The answers of two sides to the prompts that both answered, prompt by prompt.</summary>
internal sealed class Matched
{
    private const ulong Seed = 1;
    private const int PowerDraws = 399;
    private const int PowerRuns = 10;
    private const int PowerSeen = 9;

    /// <summary>Sizes of a change, in nats: from the last bit of a float32 to another model.</summary>
    private static readonly double[] Sizes = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.045, 0.1, 0.3, 1, 3];

    private readonly bool _paired;

    public Matched(ComparedSide a, ComparedSide b)
    {
        _paired = a.Run.Length > 0 && a.Run == b.Run;
        var common = a.Samples.Select(sample => sample.Prompt).Intersect(b.Samples.Select(sample => sample.Prompt)).ToHashSet(StringComparer.Ordinal);
        Answers = [.. a.Samples.Select(sample => new MatchedAnswer(true, sample)).Concat(b.Samples.Select(sample => new MatchedAnswer(false, sample))).Where(one => common.Contains(one.Sample.Prompt))];
        Prompts = [.. Answers.GroupBy(one => one.Sample.Prompt, StringComparer.Ordinal).Select(prompt => prompt.OrderBy(one => one.Sample.Round).ToList())];
    }

    public IReadOnlyList<MatchedAnswer> Answers { get; }

    public IReadOnlyList<IReadOnlyList<MatchedAnswer>> Prompts { get; }

    /// <summary>Prompts with numbers on both sides, and only the answers that have some.</summary>
    private IEnumerable<IReadOnlyList<MatchedAnswer>> WithNumbers => Prompts
        .Select(prompt => (IReadOnlyList<MatchedAnswer>)[.. prompt.Where(one => one.Numbers.Any)])
        .Where(prompt => prompt.Any(one => one.OfA) && prompt.Any(one => !one.OfA));

    public PermutationTest? Numbers(int draws, Func<int, string, double>? shift)
    {
        var chance = new SeededNormal(Seed);
        List<double[]> strata = [];
        foreach (var pair in NumberPairs(shift))
        {
            strata.Add(pair.Ranked().Energies(_paired, ref chance));
        }

        return strata.Count == 0 ? null : PermutationTest.Of(strata, draws, Seed);
    }

    public PermutationTest Met(int draws)
    {
        var chance = new SeededNormal(Seed);
        List<double[]> strata = [];
        foreach (var pair in TextPairs())
        {
            strata.Add(pair.Energies(_paired, ref chance));
        }

        return PermutationTest.Of(strata, draws, Seed);
    }

    public PermutationTest? Lt(int draws)
    {
        var chance = new SeededNormal(Seed);
        List<double[]> strata = [];
        foreach (var prompt in WithNumbers)
        {
            strata.Add(PublishedTests.Lt([.. prompt.Select(one => one.Numbers.First)], OfA(prompt), _paired ? Rounds(prompt) : null, ref chance));
        }

        return strata.Count == 0 ? null : PermutationTest.Of(strata, draws, Seed);
    }

    /// <summary>Of numbers and texts, half of the money on each.</summary>
    public double Evidence()
    {
        List<PromptPair> numbers = [.. NumberPairs(null)];
        List<PromptPair> texts = [.. TextPairs()];
        return texts.Count == 0 ? 1 : numbers.Count == 0 ? Betting.Highest(texts) : Betting.Highest(numbers, texts);
    }

    /// <summary>The median over positions; null where there is none.</summary>
    public double? Size(bool between) => EnrolledStates.Median(
        from prompt in WithNumbers
        from one in prompt.Index()
        from other in prompt.Index()
        where one.Index < other.Index && one.Item.OfA != other.Item.OfA == between
        from distance in one.Item.Numbers.Distances(other.Item.Numbers)
        select distance);

    public PositionCount Equal()
    {
        var (positions, equal) = (0, 0);
        foreach (var prompt in WithNumbers)
        {
            foreach (var answer in prompt.Where(one => !one.OfA))
            {
                var distances = prompt.Where(one => one.OfA).Select(one => answer.Numbers.Distances(one.Numbers)).ToList();
                var reached = distances.Max(one => one.Count);
                positions += reached;
                equal += Enumerable.Range(0, reached).Count(position => distances.Exists(one => one.Count > position && one[position] == 0));
            }
        }

        return new PositionCount(positions, equal);
    }

    /// <summary>The smallest change that would have been seen, tried on these answers: B's numbers are moved by chance, the same way each time that they are asked.</summary>
    public double? Detectable(double most)
    {
        var (low, high) = (0, Sizes.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var seen = Enumerable.Range(0, PowerRuns).Count(run => Numbers(PowerDraws, Shift(Sizes[middle], (ulong)run))?.P <= most);
            (low, high) = seen >= PowerSeen ? (low, middle) : (middle + 1, high);
        }

        return low < Sizes.Length ? Sizes[low] : null;
    }

    private static Func<int, string, double> Shift(double size, ulong run)
    {
        var moves = new Dictionary<(int, string), double>();
        var chance = new SeededNormal(Seed + run);
        return (position, token) => moves.TryGetValue((position, token), out var move) ? move : moves[(position, token)] = size * chance.NextNormal();
    }

    private IEnumerable<PromptPair> NumberPairs(Func<int, string, double>? shift) => WithNumbers.Select(prompt =>
    {
        List<AnswerNumbers> numbers = [.. prompt.Select(one => one.OfA || shift is null ? one.Numbers : one.Numbers.Moved(shift))];
        return new PromptPair(OfA(prompt), Rounds(prompt), (i, j) => numbers[i].Distance(numbers[j]) ?? 0);
    });

    private IEnumerable<PromptPair> TextPairs() => Prompts.Select(prompt =>
        new PromptPair(OfA(prompt), Rounds(prompt), (i, j) => PublishedTests.MetDistance(prompt[i].Sample.Answer.Text, prompt[j].Sample.Answer.Text)));

    private static bool[] OfA(IReadOnlyList<MatchedAnswer> prompt) => [.. prompt.Select(one => one.OfA)];

    private static int[] Rounds(IReadOnlyList<MatchedAnswer> prompt) => [.. prompt.Select(one => one.Sample.Round)];
}

/// <summary>An answer, and whose it is.</summary>
internal sealed record MatchedAnswer(bool OfA, Sample Sample)
{
    public AnswerNumbers Numbers { get; } = AnswerNumbers.Of(Sample.Answer);
}
