using System.Text;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Reports;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Recording;

/// <summary>Asks an instruction hand-made questions, one tile each, and compares bits.</summary>
internal static class QuestionCheck
{
    private const int KeptDisagreements = 20;

    /// <summary>Asks all questions of the instruction's types.</summary>
    /// <param name="card">The instruction.</param>
    /// <param name="instruction">What it is.</param>
    /// <param name="architecture">The card's generation in the table.</param>
    /// <param name="questions">The questions.</param>
    /// <returns>
    /// The agreement, the answers as <c>hspi units identify</c> reads them, and whole rows as <c>hspi units check</c> reads them;
    /// null where no question is of these types.
    /// </returns>
    public static (ProbeAgreement Agreement, string Answers, string Rows)? Run(
        AskedInstruction card, MatrixInstruction instruction, Architecture architecture, CardQuestions questions)
    {
        var row = instruction.RowOf(architecture);
        var unit = row.WithInstructionTerms(instruction.K);
        var asked = questions.All.Where(question => question.Fits(unit)).ToList();
        if (asked.Count == 0)
        {
            return null;
        }

        var answers = Ask(card, instruction, asked);
        var digits = $"x{unit.D.StorageBits / 4}";
        var others = InstructionCheck.OthersOf(unit);
        var agreeingOthers = new long[others.Count];
        List<ProbeAnswer> kept = [];
        var agreeing = 0;
        var lines = new StringBuilder();
        var rows = new StringBuilder(InstructionCheck.Header(instruction, row)).Append('\n');
        for (var i = 0; i < asked.Count; i++)
        {
            var (left, right) = (Filled(asked[i].Left, instruction.K), Filled(asked[i].Right, instruction.K));
            var computed = DotProduct.Of(unit, left, right, [], [], asked[i].C);
            var same = InstructionCheck.Same(unit, answers[i], computed);
            agreeing += same ? 1 : 0;
            if (questions.Source == ProbeAgreement.Numerics || (!same && kept.Count < KeptDisagreements))
            {
                kept.Add(new(asked[i].Id, answers[i].ToString(digits), computed.ToString(digits)));
            }

            for (var other = 0; other < others.Count; other++)
            {
                agreeingOthers[other] += InstructionCheck.Same(unit, answers[i], DotProduct.Of(others[other].Unit, left, right, [], [], asked[i].C)) ? 1 : 0;
            }

            lines.Append($$"""{"id":"{{asked[i].Id}}","d":"{{answers[i].ToString(digits)}}"}""").Append('\n');
            rows.Append(InstructionCheck.Row(unit, asked[i].Id, left, right, asked[i].C, answers[i])).Append('\n');
        }

        List<ModelAgreement> models = [.. others.Select((other, at) => new ModelAgreement(other.Name, agreeingOthers[at]))];
        return (new ProbeAgreement(instruction.Name, questions.Source, asked.Count, agreeing, models, kept), lines.ToString(), rows.ToString());
    }

    private static ulong[] Ask(AskedInstruction card, MatrixInstruction instruction, List<CardQuestion> questions)
    {
        var sums = questions.Select(question => question.C).ToArray();
        var longest = questions.Max(question => question.Left.Length);
        for (var first = 0; first < longest; first += instruction.K)
        {
            // Only questions that have terms left: one more instruction on zeros alone may change a sum (−0, cut accumulators).
            var open = Enumerable.Range(0, questions.Count).Where(i => questions[i].Left.Length > first).ToList();
            var launch = new Launch(instruction, open.Count);
            for (var tile = 0; tile < open.Count; tile++)
            {
                var question = questions[open[tile]];
                var terms = Math.Min(instruction.K, question.Left.Length - first);
                launch.SetFirst(tile, question.Left.AsSpan(first, terms), question.Right.AsSpan(first, terms), sums[open[tile]]);
            }

            var answers = card(launch.A, launch.B, launch.C, open.Count);
            for (var tile = 0; tile < open.Count; tile++)
            {
                sums[open[tile]] = launch.Output(answers, tile * instruction.M * MatrixInstruction.N);
            }
        }

        return sums;
    }

    private static ulong[] Filled(ulong[] words, int multiple)
    {
        var filled = new ulong[(words.Length + multiple - 1) / multiple * multiple];
        words.CopyTo(filled, 0);
        return filled;
    }
}
