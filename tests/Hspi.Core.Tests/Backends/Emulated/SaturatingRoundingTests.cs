using Hspi.Backends.Emulated;
using Hspi.Numerics.Formats;

namespace Hspi.Core.Tests.Backends.Emulated;

public sealed class SaturatingRoundingTests
{
    // OCP 8-bit floating point specification, E4M3: S.EEEE.MMM, bias 7, no infinities, 0x7F NaN.
    private static readonly float[] Table = [.. Enumerable.Range(0, 127).Select(Decode)];
    private static readonly SaturatingRounding E4M3 = new(KnownFormats.E4M3);

    public static TheoryData<string> Narrow => [.. KnownFormats.All.Where(format => format.StorageBits <= 8 && format.HasSubnormals).Select(format => format.Name)];

    [Fact]
    public void Every_number_of_the_format_stays_itself() =>
        Assert.All(Table, number => Assert.Equal(-number, E4M3.Round(-number)));

    [Fact]
    public void What_lies_between_two_goes_to_the_nearer_and_a_tie_to_the_even_one()
    {
        for (var code = 0; code < Table.Length - 1; code++)
        {
            var (low, high) = (Table[code], Table[code + 1]);
            var middle = (low + high) / 2;

            Assert.Equal(low, E4M3.Round(MathF.BitDecrement(middle)));
            Assert.Equal(high, E4M3.Round(MathF.BitIncrement(middle)));
            Assert.Equal(code % 2 == 0 ? low : high, E4M3.Round(middle));
        }
    }

    [Fact]
    public void What_is_too_large_saturates_and_what_is_no_number_stays_none()
    {
        Assert.Equal(448, E4M3.Round(1e9f));
        Assert.Equal(-448, E4M3.Round(float.NegativeInfinity));
        Assert.True(float.IsNaN(E4M3.Round(float.NaN)));
        Assert.True(float.IsNegative(E4M3.Round(-1e-9f)));
    }

    [Theory]
    [MemberData(nameof(Narrow))]
    public void Every_narrow_format_is_rounded_as_its_definition_says(string name)
    {
        var format = KnownFormats.Find(name)!;
        var rounding = new SaturatingRounding(format);
        var chance = new Random(5);
        float[] values =
        [
            0, format.Largest, MathF.BitIncrement(format.Largest), format.Largest * 2, float.Epsilon,
            .. Enumerable.Range(0, 20_000).Select(_ => (float)((chance.NextDouble() - 0.5) * Math.Pow(2, chance.Next(-25, 20)))),
            // Between neighbours, where ties are.
            .. Enumerable.Range(0, 1 << (format.StorageBits - 1)).Select(code => format.Decode((ulong)code)).Where(number => number.Kind == NumberKind.Finite)
                .Select(number => (float)number.ToDouble()).SelectMany(value => (float[])[value, value * 1.0625f, value * 1.125f, value * 1.25f]),
        ];

        Assert.All(values, value => Assert.Equal(
            format.IsSigned ? format.Quantize(value, saturate: true) : format.Quantize(MathF.Abs(value), saturate: true),
            rounding.Round(format.IsSigned ? value : MathF.Abs(value))));
    }

    [Theory]
    [MemberData(nameof(Narrow))]
    public void Whole_rows_are_rounded_as_single_values_are(string name)
    {
        const float Scale = 0.37f;
        var rounding = new SaturatingRounding(KnownFormats.Find(name)!);
        var chance = new Random(6);
        float[] values =
        [
            0, -0f, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, float.MaxValue,
            .. Enumerable.Range(0, 20_002).Select(_ => (float)((chance.NextDouble() - 0.5) * Math.Pow(2, chance.Next(-25, 20)))),
        ];
        var rounded = new float[values.Length];

        rounding.Quantise(values, Scale, rounded);

        Assert.All(values.Zip(rounded), pair => Assert.Equal(
            BitConverter.SingleToUInt32Bits(rounding.Round(pair.First / Scale)),
            BitConverter.SingleToUInt32Bits(pair.Second)));
    }

    private static float Decode(int code)
    {
        var (exponent, fraction) = (code >> 3, code & 7);
        return exponent == 0 ? fraction * MathF.ScaleB(1, -9) : (1 + (fraction / 8f)) * MathF.ScaleB(1, exponent - 7);
    }
}
