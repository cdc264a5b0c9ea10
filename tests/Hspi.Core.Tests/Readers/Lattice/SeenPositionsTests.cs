using Hspi.Answers;
using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class SeenPositionsTests
{
    [Fact]
    public void A_position_is_fresh_once()
    {
        var seen = new SeenPositions();
        IReadOnlyList<Step> first = [Step(1), Step(2)];

        Assert.Same(first, seen.Fresh(first));
        Assert.Empty(seen.Fresh([Step(1), Step(2)]));
        Assert.Equal(["3", "4"], seen.Fresh([Step(3), Step(1), Step(4)]).Select(step => step.Token));
    }

    [Fact]
    public void Of_very_many_positions_the_first_are_forgotten_and_the_latest_are_not()
    {
        var seen = new SeenPositions();

        _ = seen.Fresh([.. Enumerable.Range(0, 65_535).Select(Step)]);
        Assert.Empty(seen.Fresh([Step(0)]));

        _ = seen.Fresh([Step(65_535)]);
        Assert.Empty(seen.Fresh([Step(32_768)]));
        Assert.Single(seen.Fresh([Step(32_767)]));
    }

    private static Step Step(int number) => new() { Token = $"{number}", LogprobText = "-1" };
}
