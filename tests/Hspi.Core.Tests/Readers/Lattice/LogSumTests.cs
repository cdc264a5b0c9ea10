using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class LogSumTests
{
    [Fact]
    public void Two_and_three_are_five()
    {
        Assert.Equal(Math.Log(5), LogSum.Of(Math.Log(2), Math.Log(3)), 1e-12);
        Assert.Equal(Math.Log(5), LogSum.Of(Math.Log(3), Math.Log(2)), 1e-12);
        Assert.Equal(Math.Log(2 * 0.25 + 3 * 0.75), LogSum.Weighted([Math.Log(2), Math.Log(3)], [Math.Log(0.25), Math.Log(0.75)]), 1e-12);
    }

    [Fact]
    public void Numbers_that_no_double_holds_are_added_all_the_same()
    {
        Assert.Equal(5000 + Math.Log(2), LogSum.Of(5000, 5000), 1e-9);
        Assert.Equal(5000, LogSum.Of(-5000, 5000));
        Assert.Equal(-5000 + Math.Log(2), LogSum.Weighted([-5000, -4000], [0, -1000]), 1e-9);
    }

    [Fact]
    public void Nothing_and_nothing_is_nothing()
    {
        const double nothing = double.NegativeInfinity;

        Assert.Equal(nothing, LogSum.Of(nothing, nothing));
        Assert.Equal(nothing, LogSum.Weighted([nothing, nothing], [0, 0]));
        Assert.Equal(3, LogSum.Weighted([nothing, 3], [0, 0]), 1e-12);
    }
}
