using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class UsualTemperaturesTests
{
    // 1/T, doubled until it lies from 1 on below 2.
    [Fact]
    public void Nine_scales_are_usual_the_likeliest_first() => Assert.Equal(
        [1 / 0.8, 1 / 0.6, 1 / 0.7, 1 / 0.75, 1 / 0.9, 1 / 0.95, 1 / 0.85, 1 / 0.65, 1 / 0.55], UsualTemperatures.All.ToArray().Select(usual => usual.Scale));

    [Fact]
    public void Their_shares_and_that_of_all_others_are_one()
    {
        double[] shares = [.. UsualTemperatures.All.ToArray().Select(usual => Math.Exp(usual.LogPrior))];

        double[] expected = [0.22, 0.2, 0.2, 0.12, 0.1, 0.03, 0.03, 0.03, 0.03];
        Assert.All(shares.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        var other = new ScaleCandidate(1.3571, 2e-7, 0);
        Assert.Equal(1 - expected.Sum(), Math.Exp(UsualTemperatures.Snap(other).LogPrior - other.LogPrior), 1e-12);
    }

    [Fact]
    public void Only_a_quotient_of_16_bits_by_four_fifths_is_not_rounded() =>
        Assert.Equal([0, 6e-8, 6e-8, 6e-8, 6e-8, 6e-8, 6e-8, 6e-8, 6e-8], UsualTemperatures.All.ToArray().Select(usual => usual.Error));

    // Four times the errors of both, 2e-7 and 6e-8, is 1.04e-6 of the scale.
    [Theory]
    [InlineData(1.03e-6, true)]
    [InlineData(-1.03e-6, true)]
    [InlineData(1.05e-6, false)]
    [InlineData(-1.05e-6, false)]
    public void What_was_found_is_taken_for_a_usual_one_within_four_errors(double away, bool usual) =>
        Assert.Equal(usual, UsualTemperatures.Snap(new ScaleCandidate((1 / 0.7) * (1 + away), 2e-7, 0)).Scale == 1 / 0.7);

    // Of an octave, ln 2 wide, an interval of 2 · 2e-7.
    [Fact]
    public void Any_other_scale_is_as_likely_as_its_share_of_an_octave() =>
        Assert.Equal(Math.Log(4e-7 / Math.Log(2)), new ScaleCandidate(1.3571, 2e-7, 0).LogPrior, 1e-12);
}
