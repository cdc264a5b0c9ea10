using System.Globalization;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Core.Tests.Readers.References;

public sealed class EnrolledNoiseTests
{
    private static readonly ReferencePrompt[] Prompts = [new("p", 1), new("q", 1)];

    [Fact]
    public void Each_answer_is_held_against_the_others_to_the_same_prompt()
    {
        // States 0 and 0.1 come twice, 0.4 once: it lies 0.3 from the nearest.
        var noise = EnrolledNoise.Of(Class([0, 0.1, 0, 0.1, 0.4], [0, 0]), Prompts, 20);

        Assert.Equal((7, 1), (noise.Answers, noise.Unmet));
        Assert.Equal(0.3, noise.Farthest, 1e-9);
        Assert.Equal(new PositionCount(7, 6), noise.Positions);
        Assert.Equal(1 / 7.0, noise.Unseen, 1e-12);
    }

    [Fact]
    public void A_prompt_that_was_asked_once_says_nothing_and_no_repeats_say_nothing() =>
        Assert.Equal(new EnrolledNoise(2, 0, 0) { Positions = new PositionCount(2, 2) }, EnrolledNoise.Of(Class([0], [0.1, 0.1]), Prompts, 20));

    [Fact]
    public void An_answer_that_cannot_be_compared_is_farther_than_any() =>
        Assert.Equal(new EnrolledNoise(4, 4, double.PositiveInfinity), EnrolledNoise.Of(Class([0, 0], [0, 0]), Prompts, alternatives: 4));

    [Fact]
    public void Classes_that_share_a_tenth_of_their_positions_are_one_and_the_rest_tell_how_often_chance_meets()
    {
        var shared = new SharedStates(
            [States([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), States([9, 11, 12, 13, 14, 15, 16, 17, 18, 19]), States([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 19])],
            20);

        Assert.Equal([0, 1], shared.Alike(0));
        Assert.Equal([0, 1], shared.Alike(1));
        // The third has an eleventh of the second's.
        Assert.Equal([2], shared.Alike(2));
        // Of 42 positions held against classes that are not alike two are met: one of ten, and one of eleven.
        Assert.Equal(2.5 / 43, shared.Chance, 1e-12);
    }

    private static EnrolledStates States(int[] states)
    {
        var enrolled = new EnrolledStates();
        foreach (var state in states)
        {
            enrolled.Add("p", Answer(state));
        }

        return enrolled;
    }

    private static EnrolledClass Class(params double[][] states) => new("c", [PlatformText.Parse("engine=e")], [.. states.Select(one => Answer(one[0]))])
    {
        Others = [.. states.Select(one => (IReadOnlyList<IReadOnlyList<ReferenceStep>>)[.. one.Skip(1).Select(Answer)])],
        Repeats = Repeats.Differ,
    };

    /// <summary>One step of 20 alternatives; a state moves all but the best of them.</summary>
    private static IReadOnlyList<ReferenceStep> Answer(double state) =>
        [new("t", Enumerable.Range(0, 20).ToDictionary(rank => $"w{rank}", rank => (-1 - (rank == 0 ? 0 : (0.3 * rank) + state)).ToString("R", CultureInfo.InvariantCulture), StringComparer.Ordinal))];
}
