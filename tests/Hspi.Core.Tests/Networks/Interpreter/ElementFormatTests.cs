using Hspi.Networks.Interpreter;

namespace Hspi.Core.Tests.Networks.Interpreter;

public sealed class ElementFormatTests
{
    // Every 16-bit pattern above every half: all exponents, ties, subnormals, infinities and NaN, against .NET's own conversion.
    [Fact]
    public void Half_precision_rounds_as_the_framework_does()
    {
        var values = new float[1 << 22];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)i << 10);
        }

        var expected = values.Select(value => (float)(Half)value).ToArray();
        ElementFormat.Float16.Round(values);

        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(expected[i].Equals(values[i]) && float.IsNegative(expected[i]) == float.IsNegative(values[i]), $"pattern {i:X}: {expected[i]} and {values[i]}");
        }
    }

    [Theory]
    [InlineData(0x3F808000u, 0x3F800000u)] // a tie, to even below
    [InlineData(0x3F818000u, 0x3F820000u)] // a tie, to even above
    [InlineData(0x3F808001u, 0x3F810000u)]
    [InlineData(0x7F7FFFFFu, 0x7F800000u)] // past the largest: infinite
    [InlineData(0x80000001u, 0x80000000u)]
    [InlineData(0x00018000u, 0x00020000u)] // a subnormal tie
    public void Brain_floats_round_to_nearest_even(uint bits, uint expected)
    {
        float[] values = [BitConverter.UInt32BitsToSingle(bits)];

        ElementFormat.BFloat16.Round(values);

        Assert.Equal(expected, BitConverter.SingleToUInt32Bits(values[0]));
    }

    [Theory]
    [InlineData(ElementFormat.Float16)]
    [InlineData(ElementFormat.BFloat16)]
    public void A_number_that_is_none_stays_none(ElementFormat format)
    {
        float[] values = [float.NaN, BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0x7F800001)];

        format.Round(values);

        Assert.All(values, value => Assert.True(float.IsNaN(value)));
    }
}
