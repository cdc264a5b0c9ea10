using Hspi.Readers.Surface;

namespace Hspi.Core.Tests.Readers.Surface;

public sealed class ExpressionTests
{
    private static readonly SurfacePrint Print = SurfacePrint.Of(Dialects.Recorded.Body("""{"id":"b1234-abc","object":"o","usage":{"a":1,"b":2,"c":3}}"""));

    [Theory]
    [InlineData("id", "exists", "", true)]
    [InlineData("model", "exists", "", false)]
    [InlineData("object", "=", "o", true)]
    [InlineData("object", "=", "O", false)]
    [InlineData("id", "~", "^b[0-9]+-", true)]
    [InlineData("id", "~", "^c", false)]
    [InlineData("usage.keys", "has", "c,a", true)]
    [InlineData("usage.keys", "has", "c,d", false)]
    [InlineData("usage.keys", "order", "a,c", true)]
    [InlineData("usage.keys", "order", "a,b,c", true)]
    [InlineData("usage.keys", "order", "c,a", false)]
    [InlineData("usage.keys", "order", "a,d", false)]
    public void A_condition_holds_or_not(string field, string what, string value, bool holds) =>
        Assert.Equal(holds, new Expression(field, what, value, 1, 1).Matches(Print));

    [Fact]
    public void A_pattern_captures_its_last_parentheses()
    {
        Assert.Equal("1234", new Expression("id", "~", "^(b)([0-9]+)-", 0, 1).Capture(Print));
        Assert.Equal("1234 on abc", new Expression("id", "~", "^b([0-9]+)-(?<on>[a-z]+)$", 0, 1).Capture(Print));
        Assert.Null(new Expression("id", "~", "^c([0-9]+)", 0, 1).Capture(Print));
        Assert.Null(new Expression("id", "=", "b1234-abc", 0, 1).Capture(Print));
    }

    [Fact]
    public void Conditions_are_alike_whatever_they_earn_and_are_written_as_in_the_base()
    {
        var one = new Expression("id", "=", "x", 3, 7);

        Assert.True(one.SameAs(new Expression("id", "=", "x", 5, 9)));
        Assert.False(one.SameAs(new Expression("id", "~", "x", 3, 7)));
        Assert.False(one.SameAs(new Expression("id", "=", "y", 3, 7)));
        Assert.False(one.SameAs(new Expression("model", "=", "x", 3, 7)));
        Assert.Equal("id = x", one.ToString());
        Assert.Equal("id exists", new Expression("id", "exists", "", 3, 7).ToString());
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Nine_points_are_enough_for_a_name(int points, bool suffices) => Assert.Equal(suffices, SurfaceReader.Suffices(points));

    // One engine in sixteen before anything is seen: 2^(points - 4) to one after it, and never surer than with 16 points.
    [Theory]
    [InlineData(4, 0.5)]
    [InlineData(5, 2.0 / 3)]
    [InlineData(16, 4096.0 / 4097)]
    [InlineData(40, 4096.0 / 4097)]
    public void Each_point_doubles_the_odds_up_to_sixteen(int points, double probability)
    {
        Assert.Equal(probability, SurfaceReader.Probability(points), 1e-12);
        Assert.Equal(Math.Min(points, 16) * Math.Log(2), SurfaceReader.LogLikelihood(points), 1e-12);
    }
}
