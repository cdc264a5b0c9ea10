using System.Globalization;
using Hspi.Answers;
using Hspi.Comparisons;
using Hspi.Dialects;
using Hspi.Probes;

namespace Hspi.Core.Tests.Comparisons;

public sealed class ComparisonTests
{
    [Fact]
    public void A_permutation_test_counts_the_way_it_was_as_one_of_all()
    {
        // One stratum of six labellings, of which the true one has the highest statistic: 1 of 6.
        var test = PermutationTest.Of([[6, 1, 2, 3, 4, 5]], draws: 59_999, seed: 1);

        Assert.Equal(1 / 6.0, test.P, 0.01);
        Assert.Equal(6, test.Statistic);
        Assert.Equal((6 - 3.5) / Math.Sqrt(35 / 12.0), test.Score, 1e-9);
    }

    [Fact]
    public void Where_nothing_varies_nothing_is_seen() => Assert.Equal(new PermutationTest(2, 1, 0), PermutationTest.Of([[1, 1, 1], [1, 1]], 99, 1));

    [Fact]
    public void Every_way_to_hand_answers_to_two_sides_is_listed_once_the_true_one_first()
    {
        var chance = new SeededNormal(1);
        var ways = Labelling.Of([true, true, false, false], null, ref chance);
        var paired = Labelling.Of([true, false, true, false], [0, 0, 1, 1], ref chance);

        Assert.Equal(6, ways.Select(way => string.Join(' ', way)).Distinct().Count());
        Assert.Equal([true, true, false, false], ways[0]);
        Assert.All(ways, way => Assert.Equal(2, way.Count(one => one)));
        // Within the pairs of two rounds: 2².
        Assert.Equal(4, paired.Select(way => string.Join(' ', way)).Distinct().Count());
        Assert.All(paired, way => Assert.True(way[0] != way[1] && way[2] != way[3]));
    }

    [Fact]
    public void Watched_evidence_about_equal_sides_reaches_a_hundred_in_one_of_a_hundred_runs_at_most()
    {
        var random = new Random(1);
        var reached = 0;
        const int Runs = 3000;
        for (var run = 0; run < Runs; run++)
        {
            // Both sides are one of two states by chance; the order within a round is drawn by lot as the run would.
            var states = Enumerable.Range(0, 20).Select(_ => (double)random.Next(2)).ToArray();
            var pair = new PromptPair([.. states.Select((_, i) => i % 2 == 0)], [.. states.Select((_, i) => i / 2)], (i, j) => Math.Abs(states[i] - states[j]));
            reached += Betting.Highest([pair]) >= 100 ? 1 : 0;
        }

        Assert.InRange(reached / (double)Runs, 0, 0.01 + (3 * Math.Sqrt(0.01 * 0.99 / Runs)));
    }

    [Fact]
    public void Sides_that_always_differ_are_found_out_while_one_watches()
    {
        var pair = new PromptPair([.. Enumerable.Range(0, 16).Select(i => i % 2 == 0)], [.. Enumerable.Range(0, 16).Select(i => i / 2)], (i, j) => i % 2 == j % 2 ? 0 : 1);

        Assert.True(Betting.Highest([pair]) > 20);
    }

    [Theory]
    [InlineData(0, Sameness.Same)]
    [InlineData(0.05, Sameness.Different)]
    public void Numbers_that_are_equal_throughout_are_the_same_and_others_are_not(double moved, Sameness verdict)
    {
        var found = Comparison.Of(Side("a", 0, steady: true), Side("b", moved, steady: true));

        Assert.Equal(verdict, found.Verdict);
        Assert.Equal(moved == 0 ? 12 * 2 : 0, found.Equal.Met);
        Assert.Equal(moved == 0, found.Layers.Count == 0);
    }

    [Fact]
    public void Without_a_prompt_in_common_nothing_is_decided()
    {
        var other = Side("b", 0, steady: true);

        Assert.Equal(Sameness.Undecided, Comparison.Of(Side("a", 0, steady: true), other with { Samples = [.. other.Samples.Select(sample => sample with { Prompt = "else" })] }).Verdict);
    }

    [Fact]
    public void Texts_are_compared_place_by_place_and_without_the_space_before_them()
    {
        Assert.Equal(0, PublishedTests.MetDistance(" abc", "abc"));
        Assert.Equal(0.5, PublishedTests.MetDistance("abcd", "abxy"));
        Assert.Equal(0.5, PublishedTests.MetDistance("ab", "abcd"));
    }

    private static ComparedSide Side(string name, double moved, bool steady) => new(name, [.. Enumerable.Range(0, 12).Select(prompt => new Sample($"p{prompt}", 0, Answer(prompt, moved)))]) { Steady = steady };

    private static ParsedAnswer Answer(int prompt, double moved) => new()
    {
        Dialect = "test",
        Text = "ab",
        Steps = [.. Enumerable.Range(0, 2).Select(position => new Step
        {
            Token = $"t{position}",
            Alternatives = [.. Enumerable.Range(0, 20).Select(rank => new Alternative(null, $"w{rank}", (-1 - prompt - (rank * (0.3 + moved))).ToString("R", CultureInfo.InvariantCulture)))],
        })],
    };
}
