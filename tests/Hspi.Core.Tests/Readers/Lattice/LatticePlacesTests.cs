using Hspi.Probes;
using Hspi.Readers.Lattice;
using Hspi.Evaluation.Simulation;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class LatticePlacesTests
{
    // Steps of 2^-6 below a highest value of N steps. bf16 has that spacing in [2, 4), fp16 in [16, 32); where values are larger it is
    // too fine, and where they are smaller the row could still lie on coarser numbers of the grid.
    [Theory]
    [InlineData(8, 4.5)]
    [InlineData(11, 32.5)]
    public void An_odd_gap_needs_a_value_whose_spacing_is_no_coarser(int significantBits, double least)
    {
        var places = new PlaceSums();

        places.Count([1, 3, 7], anchor: 7, unit: 1 / 64.0, significantBits);

        var beyond = Enumerable.Range(0, PlaceSums.Cells).Where(cell => PlaceSums.Lowest + (cell * PlaceSums.Cell) >= least).Sum(cell => places.Weights[cell]);
        Assert.Equal(0, beyond);
        Assert.True(places.Weights.ToArray().Sum() > 0);
    }

    [Fact]
    public void Even_gaps_reach_one_binade_farther()
    {
        var places = new PlaceSums();

        places.Count([2, 6, 14], anchor: 14, unit: 1 / 64.0, significantBits: 8);

        Assert.InRange(PlaceSums.Lowest + (places.Filled.Last * PlaceSums.Cell), 7, 8.5);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(11)]
    public void Places_that_are_passed_over_hold_nothing(int significantBits)
    {
        const double unit = 1 / 64.0;
        var chance = new SeededNormal(5);
        var places = new PlaceSums();
        for (var round = 0; round < 40; round++)
        {
            var even = 1 << chance.Next(4);
            long[] steps = [.. Enumerable.Range(0, 5).Select(_ => even * (long)chance.Next(2000)).Append(2500).Order()];

            places.Count(steps, steps[^1], unit, significantBits);

            var expected = new double[PlaceSums.Cells];
            for (var highest = -16_384L; highest < 16_384; highest++)
            {
                var cell = (int)Math.Round((((highest - steps[^1]) * unit) - PlaceSums.Lowest) / PlaceSums.Cell);
                int[] exponents = [.. steps.Prepend(0).Select(step => Exponent(highest - step, significantBits))];
                if (highest != 0 && cell is >= 0 and < PlaceSums.Cells && exponents.Zip(steps.Prepend(0)).All(pair => (highest - pair.Second) % (1L << Math.Max(0, pair.First)) == 0))
                {
                    expected[cell] += unit * Math.ScaleB(1, exponents.Sum() - Math.Min(0, exponents.Max()));
                }
            }

            Assert.All(Enumerable.Range(0, PlaceSums.Cells), cell => Assert.Equal(expected[cell], places.Weights[cell], 1e-12 + (1e-12 * expected[cell])));
        }

        static int Exponent(long value, int bits) => (int)Math.Floor(Math.Log2(Math.Max(1, Math.Abs(value)))) - bits + 1;
    }

    // Half of the positions of some models: their best tokens stand nats above all others, and where the rest lies they do not tell.
    [Fact]
    public void A_group_of_tokens_far_above_all_others_tells_no_place()
    {
        var lattice = new RequestLattice();

        _ = lattice.Judge(Some.Answer("-1.6017862558364868", "-8.226786613464355", "-8.476786613464355", "-9.101786613464355", "-9.351786613464355").Steps);
        Assert.True(lattice.TellsItsPlace);

        _ = lattice.Judge(Some.Answer("-1.386294", "-1.514128", "-1.609438", "-1.714798", "-1.897787").Steps);
        Assert.False(lattice.TellsItsPlace);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.2)]
    [InlineData(1.5)]
    public void A_usual_temperature_is_found_exactly_from_a_rough_scale(double temperature)
    {
        var exact = Math.ScaleB(1 / temperature, -Math.ILogB(1 / temperature));

        var snapped = UsualTemperatures.Snap(new ScaleCandidate(exact * (1 + 3e-7), 2e-7, 0));

        Assert.Equal(exact, snapped.Scale, 1e-15);
        Assert.True(snapped.LogPrior > -3);
    }

    [Fact]
    public void A_temperature_that_nobody_writes_stays_as_it_was_found_and_is_dear()
    {
        var found = new ScaleCandidate(1.3571, 2e-7, 0);

        var kept = UsualTemperatures.Snap(found);

        Assert.Equal(found.Scale, kept.Scale);
        Assert.True(kept.LogPrior < found.LogPrior);
    }

    [Fact]
    public void Prior_shares_of_all_places_add_up_to_one()
    {
        Assert.Equal(1, PlacePrior.LogShares(plain: true).ToArray().Sum(Math.Exp), 1e-9);
        Assert.Equal(1, PlacePrior.LogShares(plain: false).ToArray().Sum(Math.Exp), 1e-9);
    }

    [Trait("speed", "slow")]
    [Theory]
    [InlineData(Head.Bf16)]
    [InlineData(Head.Fp16)]
    public void One_who_knows_the_simulation_is_hardly_ever_wrong_about_eight_tokens(Head head)
    {
        var cell = new ReaderSweep.Cell(5, 8, Offset: false, Processed: false, Coarse: false, head);

        var names = Enumerable.Range(0, 20).Select(i => new NormalCeiling().Judge(ReaderSweep.Answer(cell, i, 23), 5).Name(0.95)).ToList();

        Assert.True(names.Count(name => name == head) >= 19, string.Join(" ", names));
    }
}
