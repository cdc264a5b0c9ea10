using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Recording;
using Hspi.Cuda.Reports;
using Hspi.Numerics.Units;
using Hspi.Numerics.Vectors;

namespace Hspi.Cuda.Tests.Recording;

/// <summary>The comparison, asked of a card that is made of the table itself: it can only agree, unless it lies.</summary>
public sealed class InstructionCheckTests
{
    public static TheoryData<string> Names => [.. MatrixInstruction.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_instruction_has_a_row_in_the_table_and_its_answers_are_found_again(string name)
    {
        var (agreement, rows) = Check(name, 600);

        Assert.True(agreement.Cases >= 600);
        Assert.Equal(agreement.Cases, agreement.Agreeing);
        Assert.Equal(agreement.Nans, agreement.CanonicalNans);
        Assert.All(VectorFile.Read("rows.jsonl", rows.TrimEnd().Split('\n')), row => Assert.True(row.Accepts(row.Compute())));
    }

    [Fact]
    public void A_card_that_differs_in_one_bit_is_told_with_the_operands()
    {
        var (agreement, _) = Check(MatrixInstruction.All[0].Name, 128, (_, output, word) => output == 5 ? word ^ 1 : word);

        Assert.Equal(agreement.Cases - 1, agreement.Agreeing);
        var wrong = Assert.Single(agreement.Mismatches);
        Assert.Equal(16, wrong.A.Count);
        Assert.NotEqual(wrong.Card, wrong.Computed);
    }

    // What ptxas 12.4 writes for sm_90 is nearer to itself than to the table's row.
    [Fact]
    public void Another_model_is_counted_beside_the_row_where_the_table_has_a_doubt()
    {
        var instruction = MatrixInstruction.All.Single(one => one.Name == "mma_k32_e4m3_e4m3_f32");
        var row = instruction.RowOf(MadeUp.Hopper);
        var apart = (MatrixUnit.EmulatedMmaSync)row.Unit with { Apart = true };
        byte[] Card(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, int tiles)
        {
            var launch = new Launch(instruction, tiles);
            a.CopyTo(launch.A);
            b.CopyTo(launch.B);
            c.CopyTo(launch.C);
            return [.. Enumerable.Range(0, c.Length / 4).SelectMany(output => BitConverter.GetBytes(
                (uint)DotProduct.Of(apart, launch.RowOfA(output), launch.ColumnOfB(output), [], [], launch.Addend(output))))];
        }

        var (agreement, _) = InstructionCheck.Run(Card, instruction, MadeUp.Hopper, 4000, 1, () => false, TestContext.Current.CancellationToken);

        Assert.True(agreement.Agreeing < agreement.Cases);
        Assert.Equal(new ModelAgreement("two sums apart", agreement.Cases), Assert.Single(agreement.Others));
    }

    [Fact]
    public void What_time_cuts_off_is_not_counted_but_something_always_is()
    {
        var instruction = MatrixInstruction.All[0];

        var (agreement, _) = InstructionCheck.Run(
            new ComputedCard(MadeUp.Hopper).Load(instruction), instruction, MadeUp.Hopper, 1_000_000, 1, () => true, TestContext.Current.CancellationToken);

        Assert.Equal(2048 * 16 * 8, agreement.Cases);
        Assert.Equal(agreement.Cases, agreement.Agreeing);
    }

    private static (InstructionAgreement Agreement, string Rows) Check(string name, long cases, Func<string, int, ulong, ulong>? spoil = null)
    {
        var instruction = MatrixInstruction.All.Single(one => one.Name == name);
        return InstructionCheck.Run(
            new ComputedCard(MadeUp.Hopper, spoil).Load(instruction), instruction, MadeUp.Hopper, cases, seed: 1, () => false, TestContext.Current.CancellationToken);
    }
}
