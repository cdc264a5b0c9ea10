using Hspi.Readers;
using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class LatticeRowTests
{
    private static readonly PrintResolution Fine = new(20, 20);

    [Fact]
    public void Gaps_are_counted_from_the_highest_value_in_whatever_order_they_come()
    {
        var row = Read("-2.5", "-1", "-4", "-2.5");

        Assert.Equal([-1, -2.5, -2.5, -4], row.Values);
        Assert.Equal([0, 1.5, 1.5, 3], row.Gaps);
        Assert.Equal((4, 2), (row.Count, row.DistinctGaps));
        Assert.Equal(4, row.Shape.Listed);
    }

    // Half the spacing of a float32 and a hair, 2^-23 from 1 on and 2^-22 from 2 on, for both values, and 1.2e-7 for the softmax.
    [Fact]
    public void The_error_of_a_gap_is_that_of_both_values_and_of_the_softmax()
    {
        var row = Read("-1", "-2.5", "-4");
        var (first, second, third) = (0.51 / (1 << 23), 0.51 / (1 << 22), 0.51 / (1 << 21));

        Assert.Equal(first + second + 1.2e-7, row.Halves[1], 1e-15);
        Assert.Equal(first + third + 1.2e-7, row.Halves[2], 1e-15);
        Assert.Equal(row.Halves[1] + (16.0 / (1 << 24)), row.StretchedHalf(1), 1e-15);
    }

    [Fact]
    public void A_temperature_adds_an_error_of_the_size_of_the_widest_gap()
    {
        var row = Read("-1", "-2.5", "-21");

        Assert.Equal(row.Halves[1] + (40.0 / (1 << 24)), row.StretchedHalf(1), 1e-15);
    }

    [Fact]
    public void A_tie_says_that_there_is_a_lattice_and_rarely_that_rows_of_the_embedding_are_equal()
    {
        Assert.Equal(0, Read("-1", "-2.5", "-4").LogTies);

        var row = Read("-1", "-2.5", "-2.5");
        Assert.Equal(Math.Log(0.97 + (0.03 * 0.3 / (2 * row.Halves[2]))), row.LogTies, 1e-9);
    }

    [Fact]
    public void Of_more_values_than_any_API_lists_the_first_64_are_read()
    {
        Assert.Equal(64, Read([.. Enumerable.Range(1, 64).Select(value => $"-{value}.5")]).Count);
        Assert.Equal(64, Read([.. Enumerable.Range(1, 70).Select(value => $"-{value}.5")]).Count);
        Assert.Equal(-64.5, Read([.. Enumerable.Range(1, 70).Select(value => $"-{value}.5")]).Values[63]);
    }

    [Fact]
    public void The_lowest_value_is_no_part_of_the_shape_where_it_may_be_listed_because_it_was_sampled() =>
        Assert.Equal(3, Read(lowestIsApart: true, "-1", "-2", "-3", "-30").Shape.Listed);

    private static LatticeRow Read(params string[] logprobs) => Read(lowestIsApart: false, logprobs);

    private static LatticeRow Read(bool lowestIsApart, params string[] logprobs)
    {
        var row = new LatticeRow();
        row.Read([.. logprobs.Select(text => PrintedNumber.TryRead(text, out var number) ? number : default)], Fine, lowestIsApart);
        return row;
    }
}
