using System.CommandLine;
using Hspi.Networks;
using Hspi.Numerics.Probing;
using Hspi.Numerics.Units;
using Hspi.Numerics.Vectors;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi units</c>: the table of matrix units, and what can be learnt from it.</summary>
internal static class UnitsCommand
{
    public static Command Create() => new("units", "Matrix units of GPUs, computed bit for bit.")
    {
        List(),
        Show(),
        UnitsCheckCommand.Create(),
        UnitsIdentifyCommand.Create(),
        UnitsTreeCommand.Create(),
        UnitsClassesCommand.Create(),
    };

    /// <summary>The numeric probes beside the program.</summary>
    internal static IReadOnlyList<NumericProbe> Probes()
    {
        try
        {
            return NumericProbeFile.ReadFolder(Path.Combine(NetworkLibrary.DefaultFolder, "probes", "numerics"));
        }
        catch (VectorFormatException wrong)
        {
            throw new HspiException($"{wrong.Message} See probes/numerics/README.md.", wrong);
        }
    }

    /// <summary>A row by its name, or an error that lists the nearest names.</summary>
    internal static KnownUnit Row(string name)
    {
        if (KnownUnits.Find(name) is { } row)
        {
            return row;
        }

        var near = KnownUnits.All.Where(one => one.Name.Contains(name.Trim(), StringComparison.OrdinalIgnoreCase)).Take(12).ToList();
        throw new UsageException($"No unit is called \"{name}\". "
            + (near.Count > 0 ? $"There are {string.Join(", ", near.Select(one => one.Name))}." : "See `hspi units list`."));
    }

    private static Command List()
    {
        var filter = new Argument<string>("filter") { Description = "Only rows of this GPU or architecture, or with this text in the name", DefaultValueFactory = _ => "" };
        var json = JsonLine.Option();
        var command = new Command("list", "One line per unit: name, definition, confidence, source.") { filter, json };
        command.SetAction(parsed =>
        {
            var text = parsed.GetValue(filter)!;
            var architecture = text.Length > 0 ? Architecture.Find(text) : null;
            var rows = KnownUnits.All
                .Where(row => architecture is not null ? row.Architecture == architecture : row.Name.Contains(text, StringComparison.OrdinalIgnoreCase))
                .ToList();
            if (rows.Count == 0)
            {
                throw new UsageException($"No unit and no GPU is called \"{text}\". See `hspi units list`.");
            }

            if (parsed.GetValue(json))
            {
                JsonLine.Write(rows.Select(Describe));
                return ExitCode.Good;
            }

            foreach (var row in rows)
            {
                Terminal.Print($"{row.Name,-34} {row.Confidence}{(row.Disputed is null ? " " : "?")}  {row.Unit.Definition}");
            }

            Terminal.Say($"Confidence: A checked on real GPUs, B two models agree, C one model, D disputed; ? has a note, see `hspi units show NAME`.");
            return ExitCode.Good;
        });
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string>("name") { Description = "Name of a row, such as hopper_e4m3_fp32" };
        var json = JsonLine.Option();
        var command = new Command("show", "Everything that is known of one unit.") { name, json };
        command.SetAction(parsed =>
        {
            var row = Row(parsed.GetValue(name)!);
            if (parsed.GetValue(json))
            {
                JsonLine.Write(Describe(row));
                return ExitCode.Good;
            }

            Terminal.Print($"""
                {row.Name}
                  GPUs          {row.Architecture} ({row.Architecture.Vendor}): {string.Join(", ", row.Architecture.Gpus)}
                  inputs        {row.Unit.A} × {row.Unit.B}
                  output        {row.Unit.D}
                  instructions  {string.Join(", ", row.Paths)}, k up to {row.InstructionTerms}
                  arithmetic    {row.Unit.Definition}
                  source        {row.Source}
                  confidence    {row.Confidence}
                  disputed      {row.Disputed ?? "nothing known"}
                  networks      as platform "engine=emulated kernels={row.Name}"
                """);
            var same = KnownUnits.All.Where(other => other.DataType == row.DataType && other.Unit == row.Unit && other != row).Select(other => other.Name).ToList();
            Terminal.Print($"  same bits as  {(same.Count == 0 ? "no other row" : string.Join(", ", same))}");
            return ExitCode.Good;
        });
        return command;
    }

    private static object Describe(KnownUnit row) => new
    {
        name = row.Name,
        architecture = row.Architecture.Name,
        vendor = row.Architecture.Vendor,
        gpus = row.Architecture.Gpus,
        aType = row.Unit.A.Name,
        bType = row.Unit.B.Name,
        dType = row.Unit.D.Name,
        paths = row.Paths.Select(path => path.ToString()),
        instructionTerms = row.InstructionTerms,
        block = row.Unit.BlockTerms,
        definition = row.Unit.Definition,
        source = row.Source,
        confidence = row.Confidence.ToString(),
        disputed = row.Disputed,
    };
}
