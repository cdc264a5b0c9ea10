using System.Text.Json;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Recording;
using Hspi.Cuda.Reports;
using Hspi.Networks;
using Hspi.Numerics.Probing;
using Hspi.Numerics.Vectors;
using Hspi.Tests;

namespace Hspi.Cuda.Tests.Recording;

public sealed class QuestionCheckTests
{
    private static readonly string Folder = Path.Combine(NetworkLibrary.DefaultFolder, "probes", "numerics");

    [Theory]
    [InlineData("wgmma_k32_e4m3_e4m3_f32", "hopper_e4m3_fp32")]
    [InlineData("mma_k16_f16_f16_f32", "hopper_fp16_fp32")]
    [InlineData("mma_k16_f16_f16_f16", "hopper_fp16_fp16")]
    public void The_answers_of_a_card_name_its_unit(string name, string unit)
    {
        var (_, answers, _) = Ask(name);

        var found = UnitIdentification.Of(NumericProbeFile.ReadFolder(Folder), Read(answers));
        Assert.Contains(unit, found.Fitting.Select(row => row.Name));
    }

    // Questions of 32 terms through an instruction of 16 are a chain: the rows must be those of the whole chain.
    [Theory]
    [InlineData("wgmma_k16_bf16_bf16_f32")]
    [InlineData("mma_k8_tf32_tf32_f32")]
    [InlineData("mma_k32_e4m3_e5m2_f32")]
    public void Long_questions_are_asked_as_chains_and_kept_as_whole_rows(string name)
    {
        var (agreement, _, rows) = Ask(name);

        var read = VectorFile.Read("rows.jsonl", rows.TrimEnd().Split('\n'));
        Assert.Equal(agreement.Asked, agreement.Agreeing);
        Assert.Equal(agreement.Asked, read.Count);
        Assert.All(read, row => Assert.True(row.Accepts(row.Compute()), row.Id));
    }

    [Fact]
    public void A_wrong_answer_is_kept_with_what_the_table_gives()
    {
        var (agreement, _, _) = Ask("mma_k16_f16_f16_f32", (_, output, word) => output == 0 ? word | 1 : word);

        var wrong = Assert.Single(agreement.Answers, answer => answer.Card != answer.Computed);
        Assert.Equal(agreement.Asked - 1, agreement.Agreeing);
        Assert.Equal("fp16_fp32_eq10", wrong.Id);
    }

    [Fact]
    public void A_vector_file_asks_only_the_unit_that_it_means()
    {
        var questions = CardQuestions.OfVectors(Repository.Shared("vectors/units/hopper_e4m3_fp32_mmasync.jsonl"), MadeUp.Hopper);

        Assert.NotNull(Ask("mma_k32_e4m3_e4m3_f32", questions: questions).Agreement);
        Assert.Null(QuestionCheck.Run((_, _, _, _) => [], Instruction("wgmma_k32_e4m3_e4m3_f32"), MadeUp.Hopper, questions));
    }

    private static (ProbeAgreement Agreement, string Answers, string Rows) Ask(
        string name, Func<string, int, ulong, ulong>? spoil = null, CardQuestions? questions = null)
    {
        var instruction = Instruction(name);
        return QuestionCheck.Run(
            new ComputedCard(MadeUp.Hopper, spoil).Load(instruction), instruction, MadeUp.Hopper, questions ?? CardQuestions.OfProbes(Folder))!.Value;
    }

    private static MatrixInstruction Instruction(string name) => MatrixInstruction.All.Single(one => one.Name == name);

    private static Dictionary<string, ulong> Read(string answers) => answers.TrimEnd().Split('\n')
        .Select(line => JsonDocument.Parse(line).RootElement)
        .ToDictionary(line => line.GetProperty("id").GetString()!, line => Convert.ToUInt64(line.GetProperty("d").GetString(), 16), StringComparer.Ordinal);
}
