using System.Text;
using Hspi.Backends.Cuda.Kernels;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Backends.Cuda.Card;

/// <summary>Asks one matrix instruction of the card, computes the same from the table, and compares bits.</summary>
internal static class InstructionCheck
{
    private const int TilesPerLaunch = 2048;
    private const int KeptMismatches = 20;
    private const int SampledRows = 400;

    /// <summary>What the card gives for a number of tiles: operands in, outputs back, as <see cref="InstructionRunner.Run"/>.</summary>
    public delegate byte[] Asked(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, int tiles);

    /// <summary>Compares at least <paramref name="cases"/> outputs.</summary>
    /// <param name="card">The card.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="architecture">The card's generation in the table.</param>
    /// <param name="cases">Outputs to compare, from 1.</param>
    /// <param name="seed">Seed of the operands.</param>
    /// <param name="cancellationToken">Ends it between launches.</param>
    /// <returns>The agreement, and a sample of the rows in the vector format that <c>hspi units check</c> reads.</returns>
    /// <exception cref="HspiException">The table has no row for the instruction.</exception>
    public static (InstructionAgreement Agreement, string Rows) Run(
        Asked card, MatrixInstruction instruction, Architecture architecture, long cases, ulong seed, CancellationToken cancellationToken)
    {
        var row = RowOf(instruction, architecture);
        var unit = row.WithInstructionTerms(instruction.K);
        var outputs = instruction.M * MatrixInstruction.N;
        var tiles = (int)((cases + outputs - 1) / outputs);
        var generator = new TileGenerator(instruction, seed);
        var (agreeing, asked) = (0L, 0L);
        List<Mismatch> mismatches = [];
        var rows = new StringBuilder(Header(instruction, row));
        for (var done = 0; done < tiles; done += TilesPerLaunch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = Math.Min(TilesPerLaunch, tiles - done);
            var launch = new Launch(instruction, now);
            launch.Fill(generator);
            var answers = card(launch.A, launch.B, launch.C, now);
            var computed = new ulong[now * outputs];
            Parallel.For(0, now, tile =>
            {
                for (var output = tile * outputs; output < (tile + 1) * outputs; output++)
                {
                    computed[output] = DotProduct.Of(unit, launch.RowOfA(output), launch.ColumnOfB(output), [], [], launch.Addend(output));
                }
            });

            for (var output = 0; output < computed.Length; output++)
            {
                var answer = launch.Output(answers, output);
                var same = answer == computed[output] || (unit.D.Decode(answer).Kind == NumberKind.NaN && unit.D.Decode(computed[output]).Kind == NumberKind.NaN);
                agreeing += same ? 1 : 0;
                if (!same && mismatches.Count < KeptMismatches)
                {
                    mismatches.Add(launch.Describe(output, answer, computed[output]));
                }

                if (asked + output < SampledRows)
                {
                    rows.Append('\n').Append(Row(instruction, launch, output, answer, asked + output));
                }
            }

            asked += computed.Length;
        }

        return (new InstructionAgreement(instruction.Name, instruction.Mnemonic, row.Name, asked, agreeing, mismatches), rows.Append('\n').ToString());
    }

    /// <summary>The table's row for an instruction of a card.</summary>
    /// <exception cref="HspiException">There is none.</exception>
    public static KnownUnit RowOf(MatrixInstruction instruction, Architecture architecture) =>
        KnownUnits.Find(
            architecture,
            FormatOf(instruction.AType),
            FormatOf(instruction.BType),
            FormatOf(instruction.OutputType),
            instruction.Path)
        ?? throw new HspiException($"The table of units has no row for {instruction.Mnemonic} on {architecture.Name}. Add one to UnitTable.");

    private static NumberFormat FormatOf(string type) => type switch
    {
        "f64" => KnownFormats.Fp64,
        "f32" => KnownFormats.Fp32,
        "tf32" => KnownFormats.Tf32,
        "f16" => KnownFormats.Fp16,
        "bf16" => KnownFormats.Bf16,
        "e4m3" => KnownFormats.E4M3,
        "e5m2" => KnownFormats.E5M2,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type without a format."),
    };

    private static string Header(MatrixInstruction instruction, KnownUnit row) =>
        $$"""{"meta":true,"name":"card_{{instruction.Name}}","arch":"{{row.Architecture.Name}}","instr":"{{instruction.Mnemonic}}","a_type":"{{FormatOf(instruction.AType)}}","b_type":"{{FormatOf(instruction.BType)}}","c_type":"{{FormatOf(instruction.OutputType)}}","d_type":"{{FormatOf(instruction.OutputType)}}","k":{{instruction.K}},"oracle":"card"}""";

    private static string Row(MatrixInstruction instruction, Launch launch, int output, ulong answer, long number)
    {
        var one = launch.Describe(output, answer, answer);
        return $$"""{"id":"{{instruction.Name}}/{{number:d5}}","k":{{instruction.K}},"a":["{{string.Join("\",\"", one.A)}}"],"b":["{{string.Join("\",\"", one.B)}}"],"c":"{{one.C}}","d":"{{one.Card}}"}""";
    }
}
