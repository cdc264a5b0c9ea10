using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class TopShapeTests
{
    private const double Half = 5e-8;

    // By hand. The second half of four: (2·(−2 + 3) + 3·(−3 + 5)) / 2 = 4.
    [Fact]
    public void Of_four_values_the_second_half_tells_how_far_apart_they_are()
    {
        var shape = TopShape.Of([-1, -2, -3, -5], Half);

        Assert.Equal(4, shape.Listed);
        Assert.Equal(Math.Log(4), shape.LogExcess, 1e-12);
        Assert.Equal(1 / Math.Sqrt(2), shape.ExcessError, 1e-12);
        Assert.Equal(Math.Log((1 - Math.Exp(-1) - Math.Exp(-2) - Math.Exp(-3) - Math.Exp(-5)) / (4 * Math.Exp(-5))), shape.LogRest, 1e-12);
    }

    // Ranks 3 to 9 of ten, 4 to 8 of nine; each value half a nat below the last.
    [Theory]
    [InlineData(10, 0.5 * (3 + 4 + 5 + 6 + 7 + 8 + 9) / 7, 7)]
    [InlineData(9, 0.5 * (4 + 5 + 6 + 7 + 8) / 5, 5)]
    public void Of_ten_and_more_only_the_first_third_is_left_out(int count, double excess, int counted)
    {
        var shape = TopShape.Of([.. Enumerable.Range(0, count).Select(i => -3 - (0.5 * i))], Half);

        Assert.Equal(Math.Log(excess), shape.LogExcess, 1e-12);
        Assert.Equal(1 / Math.Sqrt(counted), shape.ExcessError, 1e-12);
    }

    [Fact]
    public void Three_values_and_equal_ones_tell_nothing_of_their_distance()
    {
        Assert.Equal(new TopShape(3, double.NaN, 1, double.NaN), TopShape.Of([-1, -2, -3], Half));
        Assert.Equal(new TopShape(1, double.NaN, 1, double.NaN), TopShape.Of([], Half));
        Assert.Equal(double.NaN, TopShape.Of([-3, -3, -3, -3], Half).LogExcess);
    }

    // What is not listed here is 2e-6 or 1e-6 of all: its error, 4e-7 and the half place, is to be at most 0.3 of it.
    [Theory]
    [InlineData(2e-6, 1e-7, true)]
    [InlineData(2e-6, 1.9e-7, true)]
    [InlineData(2e-6, 2.1e-7, false)]
    [InlineData(1e-6, 0, false)]
    [InlineData(-1e-6, 0, false)]
    public void A_rest_that_is_only_rounding_is_not_known(double rest, double half, bool known) =>
        Assert.Equal(known, !double.IsNaN(TopShape.Of([Math.Log(0.7 - rest), Math.Log(0.15), Math.Log(0.1), Math.Log(0.05)], half).LogRest));
}
