using Hspi.Numerics.Functions;

namespace Hspi.Numerics.Tests.Functions;

public sealed class ReproducibleMathTests
{
    // To 17 digits, from tables (Abramowitz and Stegun 4.2, e and its powers).
    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(1.0, 2.7182818284590452)]
    [InlineData(-1.0, 0.36787944117144232)]
    [InlineData(10.0, 22026.465794806717)]
    [InlineData(-10.0, 4.5399929762484852e-5)]
    public void Exp_agrees_with_the_tables(double x, double expected) =>
        Assert.InRange(ReproducibleMath.Exp(x) / expected, 1 - 4.5e-16, 1 + 4.5e-16);

    [Fact]
    public void Exp_and_log_stay_within_two_units_of_the_c_library_and_agree_in_fp32()
    {
        for (var i = -70000; i <= 70000; i++)
        {
            var x = i / 100.0 * 1.0009765625;

            var y = ReproducibleMath.Exp(x);

            Assert.InRange(y / Math.Exp(x), 1 - 4.5e-16, 1 + 4.5e-16);
            Assert.Equal((float)Math.Exp(x), (float)y);
            Assert.InRange(ReproducibleMath.Log(Math.Abs(x) + 1e-9) - Math.Log(Math.Abs(x) + 1e-9), -2e-15, 2e-15);
        }
    }

    [Fact]
    public void The_edges_are_those_of_the_functions()
    {
        Assert.Equal(double.PositiveInfinity, ReproducibleMath.Exp(710));
        Assert.Equal(double.PositiveInfinity, ReproducibleMath.Exp(double.PositiveInfinity));
        Assert.Equal(0.0, ReproducibleMath.Exp(double.NegativeInfinity));
        Assert.True(double.IsNaN(ReproducibleMath.Exp(double.NaN)));
        Assert.Equal(0.0, ReproducibleMath.Log(1));
        Assert.Equal(double.NegativeInfinity, ReproducibleMath.Log(0));
        Assert.True(double.IsNaN(ReproducibleMath.Log(-1)));
    }

    [Fact]
    public void An_array_gives_the_bits_of_its_elements()
    {
        // Long enough for every width of registers and for what is left over.
        double[] values = [-3.5, 0.25, 7, -0.125, 12.75, 1e-9, -600, -708, 710, double.NaN, .. Enumerable.Range(0, 37).Select(i => (i - 18) * 1.234)];

        double[] powers = [.. values];
        ReproducibleMath.Exp(powers);

        Assert.Equal(values.Select(ReproducibleMath.Exp), powers);
    }
}
