using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class ErrorKernelTests
{
    // Nine tenths in a box, the rest in boxes four times and 32 times as wide: 0.9/2, 0.09/8 and 0.01/64 of a half-width.
    [Theory]
    [InlineData(0, 0.46140625)]
    [InlineData(1, 0.46140625)]
    [InlineData(1.01, 0.01140625)]
    [InlineData(4, 0.01140625)]
    [InlineData(4.01, 0.00015625)]
    [InlineData(32, 0.00015625)]
    [InlineData(32.01, 0)]
    public void A_gap_within_its_error_is_likely_one_a_little_beyond_is_not_and_one_far_beyond_is_none(double halfWidths, double density)
    {
        const double half = 0.25;

        Assert.Equal(density / half, ErrorKernel.Density(halfWidths * half, half), 1e-12);
        Assert.Equal(density / half, ErrorKernel.Density(-halfWidths * half, half), 1e-12);
    }

    [Fact]
    public void All_of_it_is_one()
    {
        const double step = 1 / 64.0;

        Assert.Equal(1, Enumerable.Range(-4096, 8192).Sum(i => step * ErrorKernel.Density((i + 0.5) * step, 1)), 1e-9);
    }
}
