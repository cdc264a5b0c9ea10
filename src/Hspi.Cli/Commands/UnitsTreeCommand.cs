using System.CommandLine;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Trees;
using Hspi.Numerics.Units;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi units tree</c>: recovers the order in which something adds, and draws it.</summary>
internal static class UnitsTreeCommand
{
    public static Command Create()
    {
        var what = new Argument<string>("what")
        {
            Description = "A unit (hopper_fp16_fp32), cpu-fma, cpu-mul-add, or a platform of this machine (\"engine=onnxruntime precision=fp32\")",
        };
        var terms = new Option<int>("--terms") { Description = "Terms of the sum", DefaultValueFactory = _ => 32 };
        var reduction = new Option<string>("--reduction")
        {
            Description = "How chains are joined: chain, promoted=128, residue=64, sliced=2/32, splitk=4, tp=2:bf16:ring, lanes=8:halves, pairwise; "
                + "composed with >, outermost first",
            DefaultValueFactory = _ => "chain",
        };
        var rows = new Option<int>("--rows") { Description = "Rows of the product that a platform is asked for", DefaultValueFactory = _ => 1 };
        var columns = new Option<int>("--columns") { Description = "Its columns", DefaultValueFactory = _ => 1 };
        var json = JsonLine.Option();
        var command = new Command("tree", "Recover the summation order with FPRev's masks.") { what, terms, reduction, rows, columns, json };
        command.SetAction(async (parsed, _) =>
        {
            var count = parsed.GetValue(terms);
            if (count is < 1 or > 1024)
            {
                throw new UsageException($"--terms {count}: give 1 to 1024; every pair of terms is one question.");
            }

            var text = parsed.GetValue(what)!;
            if (!UnitsPlatform.IsMeant(text))
            {
                return Report(Unit(text, parsed.GetValue(reduction)!), count, parsed.GetValue(json));
            }

            await using var backend = UnitsPlatform.Open(text);
            var half = backend.Platform.Precision.Contains("fp16", StringComparison.Ordinal);
            var summation = new SingleSummation(
                backend.Platform.ToString(),
                (a, b) => backend.Dot(a, b, parsed.GetValue(rows), parsed.GetValue(columns)),
                half ? 7 : 32,
                half ? -7 : 0);
            return Report(summation, count, parsed.GetValue(json));
        });
        return command;
    }

    private static UnitSummation Unit(string name, string reduction)
    {
        var unit = name.ToLowerInvariant() switch
        {
            "cpu-fma" => new MatrixUnit.IeeeChain(Numerics.Formats.KnownFormats.Fp32),
            "cpu-mul-add" => new MatrixUnit.IeeeChain(Numerics.Formats.KnownFormats.Fp32, IsFused: false),
            _ => UnitsCommand.Row(name).Unit,
        };
        try
        {
            return new UnitSummation($"{name}, {reduction}", unit, ReductionText.Parse(reduction));
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new UsageException(wrong.Message);
        }
    }

    private static int Report(ISummation summation, int terms, bool json)
    {
        var tree = TreeRecovery.Recover(summation, terms);
        if (json)
        {
            JsonLine.Write(new { name = summation.Name, terms, fanIn = tree.WidestFanIn, tree = tree.ToString() });
            return ExitCode.Good;
        }

        Terminal.Print($"{summation.Name}: {terms} terms, at most {tree.WidestFanIn} values at once");
        Terminal.PrintBlock(tree.Draw() + "\n");
        return ExitCode.Good;
    }
}
