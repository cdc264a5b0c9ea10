using Hspi.Answers;
using Hspi.Readers;

namespace Hspi.Core.Tests.Readers;

public sealed class PositionValuesTests
{
    [Theory]
    [InlineData("-9999.0")]
    [InlineData("-100")]
    [InlineData("-1e30")]
    [InlineData("0.25")]
    [InlineData("-Infinity")]
    [InlineData("null")]
    public void A_sentinel_is_counted_and_left_out(string sentinel)
    {
        var values = Read(Step("a", "-0.5", ("a", "-0.5"), ("b", sentinel), ("c", "-1.5")));

        Assert.Equal([-0.5, -1.5], Kept(values));
        Assert.Equal(1, values.Sentinels);
    }

    [Theory]
    [InlineData("-99")]
    [InlineData("-101")]
    [InlineData("-1000")]
    public void A_number_that_only_looks_like_a_sentinel_is_kept(string number) =>
        Assert.Equal(0, Read(Step("a", "-0.5", ("a", "-0.5"), ("b", number))).Sentinels);

    [Fact]
    public void The_chosen_token_is_added_where_the_alternatives_lack_it()
    {
        Assert.Equal([-0.5, -1.5, -3], Kept(Read(Step("z", "-3", ("a", "-0.5"), ("b", "-1.5")))));
        Assert.Equal([-0.5, -1.5], Kept(Read(Step("b", "-1.5", ("a", "-0.5"), ("b", "-1.5")))));
        Assert.Equal([-0.5, -1.5], Kept(Read(Step("z", null, ("a", "-0.5"), ("b", "-1.5")))));
    }

    [Fact]
    public void Ids_tell_tokens_apart_that_are_written_alike()
    {
        var step = new Step { TokenId = 7, Token = "a", LogprobText = "-2", Alternatives = [new(8, "a", "-0.5"), new(9, "a", "-0.5"), new(9, "b", "-0.5")] };

        var values = Read(step);

        Assert.Equal([-0.5, -0.5, -2], Kept(values));
        Assert.Equal(1, values.Duplicates);
    }

    [Fact]
    public void A_token_listed_twice_with_one_number_is_a_duplicate_and_with_two_it_is_not()
    {
        Assert.Equal(1, Read(Step("a", "-0.5", ("a", "-0.5"), ("a", "-0.5"), ("b", "-1"))).Duplicates);
        Assert.Equal(0, Read(Step("a", "-0.5", ("a", "-0.5"), ("a", "-0.6"), ("b", "-1"))).Duplicates);
        Assert.Equal(0, Read(Step("a", "-0.5", ("a", "-0.5"), ("b", "-0.5"), ("c", "-1"))).Duplicates);
    }

    [Fact]
    public void Certainty_beside_alternatives_that_hold_probability_is_a_sentinel()
    {
        var values = Read(Step("a", "0.0", ("a", "0.0"), ("b", "-2"), ("c", "-3")));

        Assert.Equal([-2.0, -3.0], Kept(values));
        Assert.Equal(1, values.Sentinels);
    }

    [Fact]
    public void Two_certainties_are_sentinels_both()
    {
        var values = Read(Step("a", "0.0", ("a", "0.0"), ("b", "0.0"), ("c", "-30")));

        Assert.Equal([-30.0], Kept(values));
        Assert.Equal(2, values.Sentinels);
    }

    [Fact]
    public void Certainty_is_kept_where_nothing_contradicts_it()
    {
        var values = Read(Step("a", "0.0", ("a", "0.0"), ("b", "-17"), ("c", "-18")));

        Assert.Equal([0.0, -17.0, -18.0], Kept(values));
        Assert.Equal(0, values.Sentinels);
    }

    [Theory]
    [InlineData("-3", true)]
    [InlineData("-1.5", false)]
    [InlineData(null, false)]
    public void A_chosen_token_of_the_lowest_value_may_be_listed_for_that_reason_alone(string? chosen, bool apart) =>
        Assert.Equal(apart, Read(Step(chosen == "-1.5" ? "b" : "c", chosen, ("a", "-0.5"), ("b", "-1.5"), ("c", "-3"))).LowestIsApart);

    [Fact]
    public void The_first_sixty_four_values_are_kept()
    {
        var step = new Step { Alternatives = [.. Enumerable.Range(1, 100).Select(i => new Alternative(i, $"t{i}", $"-{i}.5"))] };

        Assert.Equal([.. Enumerable.Range(1, 64).Select(i => -i - 0.5)], Kept(Read(step)));
    }

    [Fact]
    public void Nothing_of_the_last_position_is_left()
    {
        var values = new PositionValues();

        values.Read(Step("a", "-0.5", ("a", "-0.5"), ("a", "-0.5"), ("b", "-100")));
        values.Read(Step("a", "-0.5", ("a", "-0.5"), ("c", "-1")));

        Assert.Equal((2, 0, 0), (values.Count, values.Sentinels, values.Duplicates));
    }

    private static PositionValues Read(Step step)
    {
        var values = new PositionValues();
        values.Read(step);
        return values;
    }

    private static IEnumerable<double> Kept(PositionValues values) => values.Numbers.ToArray().Select(number => number.Value);

    private static Step Step(string token, string? logprob, params (string Token, string Text)[] alternatives) => new()
    {
        Token = token,
        LogprobText = logprob,
        Alternatives = [.. alternatives.Select(pair => new Alternative(null, pair.Token, pair.Text))],
    };
}
