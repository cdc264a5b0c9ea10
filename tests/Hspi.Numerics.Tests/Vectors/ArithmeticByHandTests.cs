using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Vectors;

/// <summary>Cases whose bits follow from the published definitions by hand: specials, signs and corners that random data seldom meets.</summary>
public sealed class ArithmeticByHandTests
{
    [Theory]
    // All terms −0: NVIDIA keeps the sign, AMD's units give +0.
    [InlineData("hopper_fp16_fp32", "8000", "0000", "80000000", "80000000")]
    [InlineData("hopper_fp16_fp32", "8000", "8000", "80000000", "00000000")]
    [InlineData("cdna1_fp16_fp32", "8000", "0000", "80000000", "00000000")]
    [InlineData("cdna2_fp16_fp32", "8000", "0000", "80000000", "00000000")]
    [InlineData("cdna3_fp16_fp32", "8000", "0000", "80000000", "00000000")]
    // Infinity times zero, infinities of both signs.
    [InlineData("ampere_bf16_fp32", "7f80", "0000", "00000000", "7fffffff")]
    [InlineData("ampere_bf16_fp32", "7f80", "3f80", "ff800000", "7fffffff")]
    [InlineData("ampere_bf16_fp32", "7f80", "bf80", "00000000", "ff800000")]
    // 1.5 of the smallest half's unit: 2^-24 * 2^-1 + C = 2^-24 rounds to nearest even, 2^-23.
    [InlineData("ampere_fp16_fp16", "0001", "3800", "0001", "0002")]
    // An FP16 sum past 65504 + 16 is infinite.
    [InlineData("hopper_fp16_fp16", "7bff", "3c00", "4c00", "7c00")]
    // A product past 2^128 is an infinity on MI300 only.
    [InlineData("cdna3_bf16_fp32", "7180", "4e80", "00000000", "7f800000")]
    // E4M3 NaN.
    [InlineData("hopper_e4m3_fp32", "7f", "38", "00000000", "7fffffff")]
    // FNUZ: the pattern of minus zero is NaN.
    [InlineData("cdna3_fp8_fp32", "80", "40", "00000000", "7fc00000")]
    public void One_product_and_an_addend(string unit, string a, string b, string c, string expected)
    {
        var row = KnownUnits.Find(unit)!;

        var result = DotProduct.Of(row.Unit, [Word(a)], [Word(b)], [], [], Word(c));

        Assert.Equal(expected, result.ToString($"x{expected.Length}"));
    }

    [Theory]
    [InlineData("blackwell_mxe4m3_fp32", 32, "38", "38", "80", "7e", "3f800000")] // 1 * 1 * 2 * 2^-1
    [InlineData("blackwell_mxe4m3_fp32", 32, "38", "38", "ff", "7f", "7fffffff")] // a scale that is not a number
    [InlineData("blackwell_mxfp4_fp32", 64, "2", "7", "7f", "80", "41400000")] // 1 * 6 * 1 * 2
    [InlineData("blackwell_nvfp4_fp32", 64, "2", "7", "3c", "b8", "41100000")] // 1 * 6 * 1.5 * 1: the scale's sign is ignored
    public void Block_scales_multiply_their_products(string unit, int terms, string a, string b, string scaleA, string scaleB, string expected)
    {
        var row = KnownUnits.Find(unit)!;
        var left = new ulong[terms];
        var right = new ulong[terms];
        (left[0], right[0]) = (Word(a), Word(b));
        var scales = unit.Contains("nvfp4", StringComparison.Ordinal) ? 4 : 1 + (terms / 64);

        var result = DotProduct.Of(
            row.Unit, left, right, [.. Enumerable.Repeat(Word(scaleA), scales)], [.. Enumerable.Repeat(Word(scaleB), scales)], 0);

        Assert.Equal(expected, result.ToString("x8"));
    }

    [Fact]
    public void Scaled_units_without_scales_are_as_if_every_scale_were_one()
    {
        var unit = KnownUnits.Find("blackwell_mxe2m1_fp32")!.Unit;
        Number[] a = [.. Enumerable.Repeat(KnownFormats.E2M1.Decode(7), 64)];
        Number[] ones = [KnownFormats.Ue8M0.FromSingle(1), KnownFormats.Ue8M0.FromSingle(1)];

        Assert.Equal(unit.Chain(a, a, ones, ones, Number.Zero(false)), unit.Chain(a, a, Number.Zero(false)));
        Assert.Throws<ArgumentException>(() => unit.Chain(a, a, [ones[0]], ones, Number.Zero(false)));
        Assert.Throws<NotSupportedException>(() => KnownUnits.Find("blackwell_e2m1_fp32")!.Unit.Chain(a, a, ones, ones, Number.Zero(false)));
    }

    [Fact]
    public void A_tiny_negative_addend_is_dropped_by_mi300s_fp8_path_and_borrows_on_its_fp16_path()
    {
        // Product 1, C = -2^-60: TR floors C to -2^-24 of the largest, GTR forgets it because it lies more than 25 binades below.
        var c = Word("a1800000");

        Assert.Equal("3f800000", DotProduct.Of(KnownUnits.Find("cdna3_fp8_fp32")!.Unit, [0x40], [0x40], [], [], c).ToString("x8"));
        Assert.Equal("3f7fffff", DotProduct.Of(KnownUnits.Find("cdna3_fp16_fp32")!.Unit, [0x3C00], [0x3C00], [], [], c).ToString("x8"));
    }

    private static ulong Word(string hex) => Convert.ToUInt64(hex, 16);
}
