using Hspi.Readers;
using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class PrintResolutionTests
{
    [Theory]
    [InlineData(5, 5, false)]
    [InlineData(4, 9, true)]
    [InlineData(9, 4, true)]
    public void Four_digits_are_too_coarse_for_any_lattice(int decimals, int digits, bool coarse) => Assert.Equal(coarse, new PrintResolution(decimals, digits).IsCoarse);

    [Fact]
    public void The_finest_number_of_a_request_says_how_finely_all_are_printed()
    {
        var resolution = new PrintResolution(0, 0).With(Number("-15.625")).With(Number("-1.5"));

        Assert.Equal(new PrintResolution(3, 5), resolution);
        Assert.Equal(0.5e-3, resolution.HalfUnit(Number("-1.5")), 1e-12);
        Assert.Equal(0.5e-2, resolution.HalfUnit(Number("-150.25")), 1e-12);
        Assert.Equal(0.5e-3, resolution.HalfUnit(Number("0.0")), 1e-12);
    }

    private static PrintedNumber Number(string text) => PrintedNumber.TryRead(text, out var number) ? number : throw new ArgumentException(text);
}
