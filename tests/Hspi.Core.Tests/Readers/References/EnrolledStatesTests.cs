using System.Globalization;
using Hspi.Answers;
using Hspi.Readers.References;

namespace Hspi.Core.Tests.Readers.References;

public sealed class EnrolledStatesTests
{
    [Theory]
    [InlineData(20, 0.0004, 2)]
    [InlineData(20, 0.0006, 0)]
    [InlineData(5, 0.00004, 2)]
    [InlineData(5, 0.0004, 0)]
    [InlineData(4, 0, 0)] // so few agree by chance
    public void A_position_is_met_within_a_tolerance_that_its_alternatives_allow(int alternatives, double off, int met)
    {
        var states = new EnrolledStates();
        states.Add("p", Enrolled(alternatives, 0));

        Assert.Equal(met, states.Compare("p", Answer(alternatives, off)).Count.Met);
    }

    [Fact]
    public void Any_enrolled_state_will_do_and_each_position_is_for_itself()
    {
        var states = new EnrolledStates();
        states.Add("p", Enrolled(20, 0));
        states.Add("p", Enrolled(20, 0.25));

        Assert.Equal(new PositionCount(2, 2), states.Compare("p", [Answer(20, 0.25)[0], Answer(20, 0)[1]]).Count);
        Assert.Equal(new PositionCount(2, 0), states.Compare("p", Answer(20, 0.125)).Count);
    }

    [Fact]
    public void After_another_token_or_another_prompt_nothing_was_enrolled()
    {
        var states = new EnrolledStates();
        states.Add("p", Enrolled(20, 0));

        Assert.Equal(new PositionCount(0, 0), states.Compare("q", Answer(20, 0)).Count);
        Assert.Equal(new PositionCount(1, 1), states.Compare("p", [Answer(20, 0)[0] with { Token = "other" }, Answer(20, 0)[1]]).Count);
    }

    [Fact]
    public void A_distance_leaves_out_the_log_sum_that_all_values_share()
    {
        var states = new EnrolledStates();
        states.Add("p", Enrolled(20, 0));

        Assert.Equal(0, states.Compare("p", Answer(20, 0.5)).Distance!.Value, 1e-9);
        Assert.Null(states.Compare("q", Answer(20, 0.5)).Distance);
        Assert.Equal(1.5, EnrolledStates.Median([4, 1, 2, 1]));
        Assert.Null(EnrolledStates.Median([]));
    }

    private static ReferenceStep[] Enrolled(int alternatives, double off) =>
        [.. Answer(alternatives, off).Select(step => new ReferenceStep(step.Token, step.Alternatives.ToDictionary(other => other.Token, other => other.LogprobText)))];

    private static Step[] Answer(int alternatives, double off) =>
    [
        .. Enumerable.Range(0, 2).Select(position => new Step
        {
            Token = $"t{position}",
            Alternatives = [.. Enumerable.Range(0, alternatives).Select(rank => new Alternative(null, $"w{rank}", (-1 - position - (0.3 * rank) - off).ToString("R", CultureInfo.InvariantCulture)))],
        }),
    ];
}
