using Hspi.Backends.Emulated;
using Hspi.Networks.Interpreter;

namespace Hspi.Core.Tests.Backends.Emulated;

public sealed class Fp8RoundingTests
{
    // OCP 8-bit floating point specification, E4M3: S.EEEE.MMM, bias 7, no infinities, 0x7F NaN.
    private static readonly float[] Table = [.. Enumerable.Range(0, 127).Select(Decode)];

    [Fact]
    public void Every_number_of_the_format_stays_itself() =>
        Assert.All(Table, number => Assert.Equal(-number, Fp8Rounding.Round(-number)));

    [Fact]
    public void What_lies_between_two_goes_to_the_nearer_and_a_tie_to_the_even_one()
    {
        for (var code = 0; code < Table.Length - 1; code++)
        {
            var (low, high) = (Table[code], Table[code + 1]);
            var middle = (low + high) / 2;

            Assert.Equal(low, Fp8Rounding.Round(MathF.BitDecrement(middle)));
            Assert.Equal(high, Fp8Rounding.Round(MathF.BitIncrement(middle)));
            Assert.Equal(code % 2 == 0 ? low : high, Fp8Rounding.Round(middle));
        }
    }

    [Fact]
    public void What_is_too_large_saturates_and_what_is_no_number_stays_none()
    {
        Assert.Equal(448, Fp8Rounding.Round(1e9f));
        Assert.Equal(-448, Fp8Rounding.Round(float.NegativeInfinity));
        Assert.True(float.IsNaN(Fp8Rounding.Round(float.NaN)));
        Assert.True(float.IsNegative(Fp8Rounding.Round(-1e-9f)));
    }

    [Fact]
    public void Rows_and_weights_are_scaled_to_the_largest_number()
    {
        // Row 1: largest 1.75, scale 2^-8, so 448 and 256. Weights: largest 448, scale 1. Row 2 is zeros.
        // (448·448 + 256·3) · 1 · 2^-8 = 787
        using var weights = new ScaledFp8Arithmetic(new SequentialArithmetic()).Prepare([448, 3], terms: 2, columns: 1);
        var d = new float[2];

        weights.Multiply([1.75f, 1, 0, 0], 2, d);

        Assert.Equal([787f, 0], d);
    }

    private static float Decode(int code)
    {
        var (exponent, fraction) = (code >> 3, code & 7);
        return exponent == 0 ? fraction * MathF.ScaleB(1, -9) : (1 + (fraction / 8f)) * MathF.ScaleB(1, exponent - 7);
    }
}
