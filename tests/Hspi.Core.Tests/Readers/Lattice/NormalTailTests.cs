using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class NormalTailTests
{
    // scipy.stats.norm.cdf.
    [Theory]
    [InlineData(-6, 9.865876450376946e-10)]
    [InlineData(-3, 0.0013498980316300933)]
    [InlineData(-1.96, 0.024997895148220435)]
    [InlineData(-1, 0.15865525393145707)]
    [InlineData(-0.1, 0.460172162722971)]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(2, 0.9772498680518208)]
    public void The_share_below_is_known_to_a_ten_millionth_of_itself(double x, double share) => Assert.Equal(share, NormalTail.Below(x), 1.3e-7 * share);

    // scipy.stats.norm.isf.
    [Theory]
    [InlineData(1e-6, 4.753424308822899)]
    [InlineData(0.001, 3.090232306167813)]
    [InlineData(0.025, 1.9599639845400545)]
    [InlineData(0.4, 0.2533471031357997)]
    [InlineData(0.5, 0)]
    [InlineData(0.6, -0.2533471031357997)]
    [InlineData(0.975, -1.9599639845400545)]
    public void What_a_share_exceeds_is_known_to_a_millionth(double share, double x) => Assert.Equal(x, NormalTail.Above(share), 5e-7);
}
