using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Tests.Formats;

public sealed class NumberFormatTests
{
    [Fact]
    public void Every_finite_word_of_sixteen_bits_and_less_survives_decoding_and_encoding()
    {
        foreach (var format in KnownFormats.All.Where(format => format.StorageBits <= 16))
        {
            for (var word = 0UL; word < 1UL << format.StorageBits; word++)
            {
                var number = format.Decode(word);
                if (number.Kind == NumberKind.NaN)
                {
                    continue;
                }

                var unsigned = format.IsSigned ? word : word & ((1UL << (format.ExponentBits + format.FractionBits)) - 1);
                Assert.Equal(unsigned, format.Encode(number));
            }
        }
    }

    [Fact]
    public void Halves_round_as_the_framework_rounds_them()
    {
        for (var bits = 0u; bits < 0x7F800000; bits += 0x1235)
        {
            var value = BitConverter.UInt32BitsToSingle(bits);

            Assert.Equal((float)(Half)value, KnownFormats.Fp16.Quantize(value));
        }
    }

    [Theory]
    [InlineData("e4m3", 448f)] // OCP FP8 1.0, table 1
    [InlineData("e5m2", 57344f)]
    [InlineData("fp8", 240f)] // CDNA3 ISA
    [InlineData("bf8", 57344f)]
    [InlineData("e3m2", 28f)] // OCP MX 1.0, tables 2 to 5
    [InlineData("e2m3", 7.5f)]
    [InlineData("e2m1", 6f)]
    public void Largest_numbers_are_those_of_the_standards(string name, float largest)
    {
        var format = KnownFormats.Find(name)!;

        Assert.Equal(largest, format.Largest);
        Assert.Equal(largest, format.Quantize(largest * 4, saturate: true));
    }

    [Fact]
    public void A_scale_of_all_ones_is_not_a_number_and_zero_is_two_to_the_minus_127()
    {
        Assert.Equal(NumberKind.NaN, KnownFormats.Ue8M0.Decode(0xFF).Kind);
        Assert.Equal(Math.ScaleB(1, -127), KnownFormats.Ue8M0.Decode(0).ToDouble());
        Assert.Equal(NumberKind.NaN, KnownFormats.Ue4M3.Decode(0x7F).Kind);
        Assert.Equal(1.0, KnownFormats.Ue4M3.Decode(0xB8).ToDouble());
    }

    [Fact]
    public void A_float_that_does_not_fit_is_refused_but_for_tf32()
    {
        Assert.Throws<ArgumentException>(() => KnownFormats.E4M3.FromSingle(1.0625f));
        Assert.Throws<ArgumentException>(() => KnownFormats.E4M3.FromSingle(480f));
        Assert.Equal(1.0, KnownFormats.Tf32.FromSingle(BitConverter.UInt32BitsToSingle(0x3F801FFF)).ToDouble());
    }

    [Fact]
    public void A_float_is_taken_apart_as_the_words_of_its_own_format_are()
    {
        foreach (var format in new[] { KnownFormats.Fp16, KnownFormats.Bf16, KnownFormats.E4M3, KnownFormats.E5M2, KnownFormats.E2M1, KnownFormats.Fp8 })
        {
            for (var word = 0UL; word < 1UL << format.StorageBits; word++)
            {
                var number = format.Decode(word);
                if (number.Kind == NumberKind.Finite)
                {
                    var carried = format.FromSingle((float)number.ToDouble());
                    Assert.Equal(number, carried);
                }
            }
        }
    }
}
