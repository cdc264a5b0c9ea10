using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Trees;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Trees;

/// <summary>Trees that FPRev's authors report for real hardware, and orders that are known by construction.</summary>
public sealed class TreeRecoveryTests
{
    [Theory] // Fan-in L + 1: the running sum and one block (FPRev, USENIX ATC 2025: 5, 9 and 17)
    [InlineData("volta_fp16_fp32", 5)]
    [InlineData("ampere_fp16_fp32", 9)]
    [InlineData("hopper_fp16_fp32", 17)]
    public void Tensor_cores_add_a_block_and_the_running_sum_at_once(string unit, int fanIn)
    {
        var tree = Recover(unit, "chain", 48);

        Assert.Equal(fanIn, tree.WidestFanIn);
        Assert.Equal(48, tree.Size);
    }

    [Theory]
    [InlineData("ampere_fp16_fp32", "chain", 16, "((0..7)+8..15)")]
    [InlineData("cdna1_fp16_fp32", "chain", 8, "((0..3)+4..7)")]
    [InlineData("cdna2_fp16_fp32", "chain", 8, "(((0+1)+(2+3))+((4+5)+(6+7)))")]
    [InlineData("cdna2_bf16_fp32", "chain", 4, "((0+1)+(2+3))")]
    [InlineData("cdna3_fp16_fp32", "chain", 16, "((0..7)+8..15)")]
    [InlineData("hopper_e4m3_fp32_mmasync", "chain", 32, "((0+1+4+5+8+9+12+13+16+17+20+21+24+25+28+29)+2+3+6+7+10+11+14+15+18+19+22+23+26+27+30+31)")]
    [InlineData("hopper_e4m3_fp32", "promoted=32", 96, "(((0..31)+(32..63))+(64..95))")]
    [InlineData("hopper_fp16_fp32", "splitk=2/16", 64, "(((0..15)+16..31)+((32..47)+48..63))")]
    [InlineData("ampere_fp16_fp32", "tp=2:bf16", 16, "((0..7)+(8..15))")]
    [InlineData("hopper_fp16_fp32", "residue=32", 40, "(((0..7)+8..23)+24..39)")]
    [InlineData("hopper_fp16_fp32", "sliced=2/32", 64, "(((0..15)+32..47)+((16..31)+48..63))")]
    public void The_order_of_a_unit_with_a_reduction_is_recovered(string unit, string reduction, int terms, string expected) =>
        Assert.Equal(expected, Recover(unit, reduction, terms).ToString());

    [Theory] // NumPy's documented pairwise sum, and OpenBLAS's Haswell GEMM (even chain + odd chain), seen with FPRev on NumPy 1.24
    [InlineData("pairwise", 8, "(((0+1)+(2+3))+((4+5)+(6+7)))")]
    [InlineData("pairwise", 5, "((((0+1)+2)+3)+4)")]
    [InlineData("lanes=2", 6, "(((0+2)+4)+((1+3)+5))")]
    public void Cpu_sums_are_recovered(string reduction, int terms, string expected)
    {
        var unit = new MatrixUnit.IeeeChain(KnownFormats.Fp32, IsFused: false);

        var tree = TreeRecovery.Recover(new UnitSummation("cpu", unit, ReductionText.Parse(reduction)), terms);

        Assert.Equal(expected, tree.ToString());
    }

    [Fact]
    public void Pairwise_halves_above_128_terms_in_multiples_of_eight()
    {
        var unit = new MatrixUnit.IeeeChain(KnownFormats.Fp32, IsFused: false);

        var tree = (SummationTree.Node)TreeRecovery.Recover(new UnitSummation("numpy", unit, new Reduction.Pairwise()), 200);

        Assert.Equal([96, 104], tree.Children.Select(child => child.Size));
    }

    [Fact]
    public void A_function_that_adds_in_floats_can_be_asked()
    {
        var backward = new SingleSummation("backward", (a, b) =>
        {
            var sum = 0f;
            for (var k = a.Length - 1; k >= 0; k--)
            {
                sum += a[k] * b[k];
            }

            return sum;
        });

        Assert.Equal("(0+(1+(2+3)))", TreeRecovery.Recover(backward, 4).ToString());
    }

    private static SummationTree Recover(string unit, string reduction, int terms) =>
        TreeRecovery.Recover(new UnitSummation(unit, KnownUnits.Find(unit)!.Unit, ReductionText.Parse(reduction)), terms);
}
