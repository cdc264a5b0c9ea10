using Hspi.Backends.Cuda.Card;
using Hspi.Backends.Cuda.Kernels;
using Hspi.Numerics.Units;
using Hspi.Numerics.Vectors;

namespace Hspi.Backends.Tests.Cuda;

/// <summary>The comparison, asked of a card that is made of the table itself: it can only agree, unless it lies.</summary>
public sealed class InstructionCheckTests
{
    private static readonly Architecture Hopper = Architecture.Find("hopper")!;

    public static TheoryData<string> Names => [.. MatrixInstruction.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_instruction_has_a_row_in_the_table_and_its_answers_are_found_again(string name)
    {
        var instruction = MatrixInstruction.All.Single(one => one.Name == name);

        var (agreement, rows) = InstructionCheck.Run(CardOf(instruction, liesAt: -1), instruction, Hopper, 600, seed: 1, TestContext.Current.CancellationToken);

        Assert.True(agreement.Cases >= 600);
        Assert.Equal(agreement.Cases, agreement.Agreeing);
        Assert.All(VectorFile.Read("rows.jsonl", rows.TrimEnd().Split('\n')), row => Assert.True(row.Accepts(row.Compute())));
    }

    [Fact]
    public void A_card_that_differs_in_one_bit_is_told_with_the_operands()
    {
        var instruction = MatrixInstruction.All[0];

        var (agreement, _) = InstructionCheck.Run(CardOf(instruction, liesAt: 5), instruction, Hopper, 128, seed: 1, TestContext.Current.CancellationToken);

        Assert.Equal(agreement.Cases - 1, agreement.Agreeing);
        var wrong = Assert.Single(agreement.Mismatches);
        Assert.Equal(16, wrong.A.Count);
        Assert.NotEqual(wrong.Card, wrong.Computed);
    }

    // Computes as the kernels do, from the same bytes, one output after the other.
    private static InstructionCheck.Asked CardOf(MatrixInstruction instruction, int liesAt) => (a, b, c, tiles) =>
    {
        var launch = new Launch(instruction, tiles);
        a.CopyTo(launch.A);
        b.CopyTo(launch.B);
        c.CopyTo(launch.C);
        var unit = InstructionCheck.RowOf(instruction, Hopper).WithInstructionTerms(instruction.K);
        var answers = new byte[c.Length];
        for (var output = 0; output < c.Length / instruction.OutputBytes; output++)
        {
            var word = DotProduct.Of(unit, launch.RowOfA(output), launch.ColumnOfB(output), [], [], launch.Addend(output));
            BitConverter.GetBytes(output == liesAt ? word ^ 1 : word).AsSpan(0, instruction.OutputBytes).CopyTo(answers.AsSpan(output * instruction.OutputBytes));
        }

        return answers;
    };
}
