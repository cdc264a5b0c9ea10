using System.Text;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Reports;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Recording;

/// <summary>Asks one matrix instruction of the card, computes the same from the table, and compares bits.</summary>
internal static class InstructionCheck
{
    private const int TilesPerLaunch = 2048;
    private const int KeptMismatches = 20;
    private const int SampledRows = 400;

    /// <summary>Compares at least <paramref name="cases"/> outputs.</summary>
    /// <param name="card">The card.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="architecture">The card's generation in the table.</param>
    /// <param name="cases">Outputs to compare, from 1.</param>
    /// <param name="seed">Seed of the operands.</param>
    /// <param name="isLate">Ends it between launches, with what has been compared until then.</param>
    /// <param name="cancellationToken">Ends it between launches.</param>
    /// <returns>The agreement, and a sample of the rows in the vector format that <c>hspi units check</c> reads.</returns>
    /// <exception cref="HspiException">The table has no row for the instruction.</exception>
    public static (InstructionAgreement Agreement, string Rows) Run(
        AskedInstruction card, MatrixInstruction instruction, Architecture architecture, long cases, ulong seed, Func<bool> isLate, CancellationToken cancellationToken)
    {
        var row = instruction.RowOf(architecture);
        var unit = row.WithInstructionTerms(instruction.K);
        var others = OthersOf(unit);
        var agreeingOthers = new long[others.Count];
        var outputs = instruction.M * MatrixInstruction.N;
        var tiles = (int)((cases + outputs - 1) / outputs);
        var generator = new TileGenerator(instruction, seed);
        var (agreeing, asked, nans, canonical) = (0L, 0L, 0L, 0L);
        List<Mismatch> mismatches = [];
        var rows = new StringBuilder(Header(instruction, row));
        for (var done = 0; done < tiles && (done == 0 || !isLate()); done += TilesPerLaunch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = Math.Min(TilesPerLaunch, tiles - done);
            var launch = new Launch(instruction, now);
            generator.Fill(launch);
            var answers = card(launch.A, launch.B, launch.C, now);
            var computed = Compute(unit, launch, now * outputs);

            for (var output = 0; output < computed.Length; output++)
            {
                var answer = launch.Output(answers, output);
                var same = Same(unit, answer, computed[output]);
                agreeing += same ? 1 : 0;
                if (unit.D.Decode(answer).Kind == NumberKind.NaN)
                {
                    nans++;
                    canonical += answer == unit.NanBits ? 1 : 0;
                }

                if (!same && mismatches.Count < KeptMismatches)
                {
                    mismatches.Add(Describe(instruction, launch, output, answer, computed[output]));
                }

                if (asked + output < SampledRows)
                {
                    rows.Append('\n').Append(Row(
                        unit, $"{instruction.Name}/{asked + output:d5}", launch.RowOfA(output), launch.ColumnOfB(output), launch.Addend(output), answer));
                }
            }

            for (var other = 0; other < others.Count; other++)
            {
                var alternative = Compute(others[other].Unit, launch, computed.Length);
                agreeingOthers[other] += Enumerable.Range(0, computed.Length).LongCount(output => Same(unit, launch.Output(answers, output), alternative[output]));
            }

            asked += computed.Length;
        }

        var agreement = new InstructionAgreement(
            instruction.Name, instruction.Mnemonic, row.Name, asked, agreeing, nans, canonical,
            others.Select((other, at) => new ModelAgreement(other.Name, agreeingOthers[at])).ToList(), mismatches);
        return (agreement, rows.Append('\n').ToString());
    }

    /// <summary>What else an instruction may compute, where the table has a doubt.</summary>
    public static IReadOnlyList<(string Name, MatrixUnit Unit)> OthersOf(MatrixUnit unit) => unit switch
    {
        // The compiler writes FP8 mma.sync on sm_90; ptxas 12.4 and 12.5 write FP32 output otherwise than published rows of B200 show.
        MatrixUnit.EmulatedMmaSync emulated => [("two sums apart", emulated with { Apart = true })],
        MatrixUnit.TruncatedFused fused when fused.D == KnownFormats.Fp16 =>
            [.. ((int[])[-19, -20, -21, -22, -133]).Where(exponent => exponent != fused.ZeroExponent)
                .Select(exponent => ($"e_zero {exponent}", (MatrixUnit)(fused with { ZeroExponent = exponent })))],
        _ => [],
    };

    /// <summary>Equal bits; two NaNs are equal.</summary>
    public static bool Same(MatrixUnit unit, ulong answer, ulong computed) =>
        answer == computed || (unit.D.Decode(answer).Kind == NumberKind.NaN && unit.D.Decode(computed).Kind == NumberKind.NaN);

    private static Mismatch Describe(MatrixInstruction instruction, Launch launch, int output, ulong card, ulong computed)
    {
        var digits = $"x{2 * instruction.RowBytes / instruction.K}";
        var wide = $"x{2 * instruction.OutputBytes}";
        return new Mismatch(
            [.. launch.RowOfA(output).Select(word => word.ToString(digits))],
            [.. launch.ColumnOfB(output).Select(word => word.ToString(digits))],
            launch.Addend(output).ToString(wide),
            card.ToString(wide),
            computed.ToString(wide));
    }

    private static ulong[] Compute(MatrixUnit unit, Launch launch, int outputs)
    {
        var computed = new ulong[outputs];
        Parallel.For(0, outputs, output =>
            computed[output] = DotProduct.Of(unit, launch.RowOfA(output), launch.ColumnOfB(output), [], [], launch.Addend(output)));
        return computed;
    }

    /// <summary>First line of a vector file of the card's answers.</summary>
    public static string Header(MatrixInstruction instruction, KnownUnit row) =>
        $$"""{"meta":true,"name":"card_{{instruction.Name}}","arch":"{{row.Architecture.Name}}","instr":"{{instruction.Mnemonic}}","a_type":"{{row.Unit.A}}","b_type":"{{row.Unit.B}}","c_type":"{{row.Unit.D}}","d_type":"{{row.Unit.D}}","k":{{instruction.K}},"oracle":"card"}""";

    /// <summary>One answer as a line of a vector file.</summary>
    public static string Row(MatrixUnit unit, string id, ulong[] a, ulong[] b, ulong c, ulong answer)
    {
        var (left, right, wide) = ($"x{unit.A.StorageBits / 4}", $"x{unit.B.StorageBits / 4}", $"x{unit.D.StorageBits / 4}");
        var nan = unit.D.Decode(answer).Kind == NumberKind.NaN ? ",\"nan\":true" : "";
        return $$"""{"id":"{{id}}","k":{{a.Length}},"a":["{{string.Join("\",\"", a.Select(word => word.ToString(left)))}}"],"b":["{{string.Join("\",\"", b.Select(word => word.ToString(right)))}}"],"c":"{{c.ToString(wide)}}","d":"{{answer.ToString(wide)}}"{{nan}}}""";
    }
}
