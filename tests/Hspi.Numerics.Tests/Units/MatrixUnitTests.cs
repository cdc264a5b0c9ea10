using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Units;

/// <summary>Expected bits are the published examples of MMA-Sim, FTTN and Fasi et al., not ours.</summary>
public sealed class MatrixUnitTests
{
    [Theory]
    [InlineData("volta", 0f)]
    [InlineData("turing", -0.5f)]
    [InlineData("ampere", -0.5f)]
    [InlineData("ada", -0.5f)]
    [InlineData("hopper", -0.75f)]
    [InlineData("blackwell", -0.75f)]
    [InlineData("rtxblackwell", -0.75f)]
    [InlineData("cdna1", -0.875f)]
    [InlineData("cdna2", 0f)]
    [InlineData("cdna3", -0.5f)]
    public void Two_to_the_23_less_itself_less_seven_eighths_leaves_what_each_generation_keeps(string architecture, float expected)
    {
        var unit = KnownUnits.Find($"{architecture}_fp16_fp32")!.Unit;

        Assert.Equal(expected, Dot(unit, [-8192, -.5f, -.25f, -.125f], [1024, 1, 1, 1], 8388608));
    }

    [Fact]
    public void Negative_dust_in_the_addend_costs_mi300_one_unit()
    {
        Assert.Equal(1048575.9375f, Dot(KnownUnits.Find("cdna3_fp16_fp32")!.Unit, [1024], [1024], -MathF.ScaleB(1, -16)));
        Assert.Equal(1048576f, Dot(KnownUnits.Find("hopper_fp16_fp32")!.Unit, [1024], [1024], -MathF.ScaleB(1, -16)));
    }

    [Theory]
    [InlineData("ada_e4m3_fp32", 0x3f800400u)]
    [InlineData("hopper_e4m3_fp32", 0x3f800400u)]
    [InlineData("blackwell_e4m3_fp32", 0x3f800601u)]
    public void The_fp8_path_of_ada_and_hopper_cuts_the_addend_to_13_fraction_bits(string unit, uint expected)
    {
        var c = BitConverter.UInt32BitsToSingle(0x3f800601);

        Assert.Equal(expected, BitConverter.SingleToUInt32Bits(Dot(KnownUnits.Find(unit)!.Unit, [0], [0], c)));
    }

    [Fact]
    public void A_zero_product_does_not_raise_the_exponent()
    {
        var ampere = KnownUnits.Find("ampere_bf16_fp32")!.Unit;
        var small = MathF.ScaleB(1, -60);

        Assert.Equal(small * small, Dot(ampere, [0, small], [MathF.ScaleB(1, 100), small], 0));
    }

    [Fact]
    public void A_truncated_sum_past_the_range_is_infinite_and_just_below_it_is_the_largest_number()
    {
        var hopper = KnownUnits.Find("hopper_bf16_fp32")!.Unit;
        var big = MathF.ScaleB(1, 64);

        Assert.Equal(float.PositiveInfinity, Dot(hopper, [big], [big], 0));
        Assert.Equal(float.MaxValue, Dot(hopper, [big, -1], [big / 2, 1], float.MaxValue / 2));
    }

    [Fact]
    public void Nvidia_answers_all_ones_where_there_is_no_number()
    {
        Assert.Equal(0x7FFFFFFFUL, DotProduct.Of(KnownUnits.Find("ampere_fp16_fp32")!.Unit, [0x7C00], [0], [], [], 0));
        Assert.Equal(0x7FFFUL, DotProduct.Of(KnownUnits.Find("ampere_fp16_fp16")!.Unit, [0xFC00, 0x7C00], [0x3C00, 0x3C00], [], [], 0));
    }

    [Fact]
    public void Order_inside_a_block_never_matters()
    {
        var chance = new Random(11);
        foreach (var row in KnownUnits.All.Where(row => row.Unit is MatrixUnit.TruncatedFused or MatrixUnit.Exact or MatrixUnit.ScaledTruncatedFused))
        {
            for (var round = 0; round < 20; round++)
            {
                var (a, b, c) = Operands(row.Unit, row.Unit.BlockTerms, chance, 20);
                var order = Enumerable.Range(0, a.Length).ToArray();
                chance.Shuffle(order);

                var shuffled = row.Unit.Chain([.. order.Select(k => a[k])], [.. order.Select(k => b[k])], c);

                Assert.Equal(row.Unit.Encode(row.Unit.Chain(a, b, c)), row.Unit.Encode(shuffled));
            }
        }
    }

    [Fact]
    public void Scaling_by_a_power_of_two_commutes_while_nothing_is_subnormal()
    {
        var chance = new Random(12);
        string[] wide = ["ampere_bf16_fp32", "hopper_bf16_fp32", "hopper_tf32_fp32", "cdna1_bf16_fp32", "cdna2_bf16_1k_fp32", "cdna3_bf16_fp32", "cdna3_xf32_fp32"];
        foreach (var unit in wide.Select(name => KnownUnits.Find(name)!.Unit))
        {
            for (var round = 0; round < 100; round++)
            {
                var (a, b, c) = Operands(unit, 32, chance, 8);
                Number[] scaledA = [.. a.Select(one => one.IsZero ? one : one with { Exponent = one.Exponent + 12 })];
                var scaledC = c.IsZero ? c : c with { Exponent = c.Exponent + 12 };

                var scaled = unit.Chain(scaledA, b, scaledC).ToDouble();

                Assert.Equal(unit.Chain(a, b, c).ToDouble() * 4096, scaled);
            }
        }
    }

    [Fact]
    public void Every_unit_is_exact_where_nothing_is_cut()
    {
        var chance = new Random(13);
        foreach (var row in KnownUnits.All.Where(row => row.Unit is not MatrixUnit.GroupScaledFused))
        {
            for (var round = 0; round < 10; round++)
            {
                // Small whole numbers: every product and every sum is a whole number below 2^10.
                float[] a = [.. Enumerable.Range(0, 16).Select(_ => (float)chance.Next(-2, 3))];
                float[] b = [.. Enumerable.Range(0, 16).Select(_ => (float)chance.Next(-2, 3))];

                Assert.Equal(a.Zip(b, (x, y) => x * y).Sum() + 3, Dot(row.Unit, a, b, 3));
            }
        }
    }

    [Fact]
    public void Every_architecture_and_data_type_has_one_default_row_and_unique_names()
    {
        Assert.Equal(KnownUnits.All.Count, KnownUnits.All.Select(row => row.Name).Distinct().Count());
        Assert.All(KnownUnits.All, row => Assert.Contains(KnownUnits.All, other => other == KnownUnits.Find(
            row.Architecture, row.Unit.A, row.Unit.B, row.Unit.D, row.Paths[0], KnownUnits.ScalingOf(row.Unit))));
    }

    [Theory]
    [InlineData("NVIDIA A100-SXM4-80GB", "ampere")]
    [InlineData("A2", "ampere")]
    [InlineData("RTX 3060", "ampere")]
    [InlineData("RTX 1000 Ada", "ada")]
    [InlineData("L40S", "ada")]
    [InlineData("NVIDIA GeForce RTX 4090", "ada")]
    [InlineData("H200", "hopper")]
    [InlineData("H100 PCIe", "hopper")]
    [InlineData("sm_90", "hopper")]
    [InlineData("B200", "blackwell")]
    [InlineData("RTX 5090", "rtxblackwell")]
    [InlineData("NVIDIA RTX PRO 6000 Blackwell", "rtxblackwell")]
    [InlineData("Tesla T4", "turing")]
    [InlineData("V100", "volta")]
    [InlineData("MI250X", "cdna2")]
    [InlineData("gfx942", "cdna3")]
    [InlineData("GTX 480", null)]
    public void A_card_is_found_by_what_people_call_it(string text, string? architecture) =>
        Assert.Equal(architecture, Architecture.Find(text)?.Name);

    private static float Dot(MatrixUnit unit, float[] a, float[] b, float c) => (float)unit.Chain(
        [.. a.Select(unit.A.FromSingle)], [.. b.Select(unit.B.FromSingle)], unit.D == KnownFormats.Fp64
            ? unit.D.Decode(BitConverter.DoubleToUInt64Bits(c))
            : unit.D.FromSingle(c)).ToDouble();

    private static (Number[] A, Number[] B, Number C) Operands(MatrixUnit unit, int terms, Random chance, int spread)
    {
        Number One(NumberFormat format)
        {
            var exponent = chance.Next(Math.Max(format.SmallestExponent, -spread), Math.Min(format.LargestExponent - 1, spread) + 1);
            var significand = (1UL << format.FractionBits) | (ulong)chance.NextInt64(1L << format.FractionBits);
            return chance.Next(8) == 0
                ? new Number(NumberKind.Finite, false, 0, format.SmallestExponent, format.FractionBits)
                : new Number(NumberKind.Finite, chance.Next(2) == 0, significand, exponent, format.FractionBits);
        }

        return ([.. Enumerable.Range(0, terms).Select(_ => One(unit.A))], [.. Enumerable.Range(0, terms).Select(_ => One(unit.B))], One(unit.D));
    }

    // 2^16 + 3/4 of its unit 2^-7: the chain cuts, an ordinary addition rounds up. ptxas 12.4 and 12.5 write the addition for sm_90.
    [Theory]
    [InlineData(false, 0x47800000)]
    [InlineData(true, 0x47800001)]
    public void Two_halves_summed_apart_are_joined_by_a_rounding_that_one_chain_does_not_have(bool apart, ulong expected)
    {
        var row = (MatrixUnit.EmulatedMmaSync)KnownUnits.Find("hopper_e4m3_fp32_mmasync")!.Unit;
        ulong[] a = [0x78, 0x00, 0x18, 0x01];
        ulong[] b = [0x78, 0x00, 0x18, 0x38];

        Assert.Equal(expected, DotProduct.Of(row with { Apart = apart }, a, b, [], [], 0));
    }
}
