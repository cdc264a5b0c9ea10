using Hspi.Readers;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

public sealed class RankingTests
{
    [Fact]
    public void Without_compared_values_nothing_is_ranked()
    {
        Assert.Empty(Ranking.OfReferences([]));
        Assert.Empty(Ranking.OfReferences([new("a", [], 0, 0), new("b", [], 0, 0)]));
        Assert.Equal(3, Ranking.OfReferences([new("a", [], 0, 0), new("b", [], 1, 1)]).Count);
    }

    [Fact]
    public void A_platform_never_enrolled_is_as_likely_as_the_closest_class_makes_it()
    {
        // ln B(1, 101): any share of a hundred agreements, against 10000/10100 of the class; the other class has more values, but fits worse.
        var ranking = Ranking.OfReferences([new("worse", [], 300, 290), new("close", [], 100, 100)]);

        Assert.Equal(["close", Ranking.NeverEnrolled, "worse"], ranking.Select(one => one.Platform));
        Assert.Equal(101 * 10000.0 / 10100, ranking[0].Probability / ranking[1].Probability, 1e-6);
    }

    [Fact]
    public void Likelihoods_far_below_zero_are_compared_all_the_same()
    {
        var ranking = Ranking.OfReading(Reading(("a", -2000), ("b", -2001)));

        Assert.Equal(1 / (1 + Math.Exp(-1)), ranking[0].Probability, 1e-12);
        Assert.Equal("a", ranking[0].Platform);
    }

    [Fact]
    public void Equally_likely_alternatives_stand_in_the_order_of_their_names() =>
        Assert.Equal(["a", "b", "c"], Ranking.OfReading(Reading(("b", -1), ("c", -1), ("a", -1))).Select(one => one.Platform));

    [Fact]
    public void Alternatives_that_are_all_impossible_have_no_order()
    {
        Assert.Empty(Ranking.OfReading(Reading()));
        Assert.Empty(Ranking.OfReading(Reading(("a", double.NegativeInfinity), ("b", double.NegativeInfinity))));
        Assert.Single(Ranking.OfReading(Reading(("a", -5))));
    }

    private static Reading Reading(params (string Name, double Log)[] likelihoods) =>
        new("r", Aspect.Platform, "", likelihoods.ToDictionary(pair => pair.Name, pair => pair.Log, StringComparer.Ordinal), 1, "");
}
