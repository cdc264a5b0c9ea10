using System.CommandLine;
using Hspi.Numerics.Probing;
using Hspi.Numerics.Units;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi units classes</c>: what arithmetic alone cannot tell apart, by data type.</summary>
internal static class UnitsClassesCommand
{
    public static Command Create()
    {
        var filter = new Argument<string>("type") { Description = "Only data types with this text, such as fp16_fp32", DefaultValueFactory = _ => "" };
        var json = JsonLine.Option();
        var command = new Command("classes", "Units that give the same bits, computed from the table by running the probes.") { filter, json };
        command.SetAction(parsed =>
        {
            var text = parsed.GetValue(filter)!;
            var types = UnitClasses.Compute(UnitsCommand.Probes())
                .Where(type => type.Key.Contains(text, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(type => type.Key, type => type.Value);
            if (types.Count == 0)
            {
                throw new UsageException($"No unit has a data type like \"{text}\".");
            }

            if (parsed.GetValue(json))
            {
                JsonLine.Write(types.ToDictionary(type => type.Key, type => type.Value.Select(one => new
                {
                    units = one.Rows.Select(row => row.Name),
                    sameDefinition = one.ByDefinition,
                    onlyZeroExponentDiffers = one.OnlyZeroExponent,
                    splitOnlyByDisputed = one.OnlyDisputed,
                })));
                return ExitCode.Good;
            }

            // Many mixtures of narrow types divide in the same way: one paragraph for all of them.
            foreach (var alike in types.GroupBy(type => string.Join('\n', type.Value.Select(one => Line(one, type.Key)))))
            {
                Terminal.PrintBlock($"{string.Join(", ", alike.Select(type => type.Key))}\n{alike.Key}\n");
            }

            return ExitCode.Good;
        });
        return command;
    }

    private static string Line(UnitClass one, string type) =>
        $"  {{ {string.Join(" = ", one.Rows.Select(row => Short(row, type)))} }}{Remark(one)}";

    // "hopper_e4m3_fp32_mmasync" of the type e4m3_fp32 is "hopper mmasync".
    private static string Short(KnownUnit row, string type) => row.Name
        .Replace("xf32", "tf32", StringComparison.Ordinal)
        .Replace("bf16_1k_fp32", "bf16_fp32_1k", StringComparison.Ordinal)
        .Replace($"_{type}", "", StringComparison.Ordinal)
        .Replace('_', ' ');

    private static string Remark(UnitClass one) => one.ByDefinition ? ""
        : one.OnlyDisputed.Count > 0 ? $"  (disputed probes would split it: {string.Join(", ", one.OnlyDisputed)})"
        : one.OnlyZeroExponent ? "  (they differ in e_zero, which no probe of these inputs shows)"
        : "  (their definitions differ, but no probe shows it)";
}
