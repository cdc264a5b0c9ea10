using System.CommandLine;
using Hspi.Numerics.Vectors;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi units check FILE…</c>: computes every dot product of a vector file and compares the bits.</summary>
internal static class UnitsCheckCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "Vector files (JSON lines), or folders of them", Arity = ArgumentArity.OneOrMore };
        var json = JsonLine.Option();
        var command = new Command("check", "Compare the computed units with recorded bits.") { files, json };
        command.SetAction(parsed =>
        {
            List<VectorCheck> checks = [];
            try
            {
                foreach (var file in VectorCheck.Expand(parsed.GetValue(files)!))
                {
                    checks.Add(VectorCheck.Of(file));
                }
            }
            catch (VectorFormatException wrong)
            {
                throw new UsageException(wrong.Message);
            }

            if (checks.Count == 0)
            {
                throw new UsageException($"{string.Join(", ", parsed.GetValue(files)!)}: no *.jsonl file in there.");
            }

            var mismatches = checks.Sum(check => check.Mismatches);
            if (parsed.GetValue(json))
            {
                JsonLine.Write(new
                {
                    cases = checks.Sum(check => check.Cases),
                    mismatches,
                    files = checks.Select(check => new { file = check.File, cases = check.Cases, mismatches = check.Mismatches, first = check.First?.ToString() }),
                });
            }
            else
            {
                foreach (var check in checks)
                {
                    Terminal.Print($"{check.Cases,7} cases {check.Mismatches,7} mismatches  {check.File}");
                    if (check.First is { } first)
                    {
                        Terminal.Print($"        first: {first}");
                    }
                }

                Terminal.Print($"{checks.Sum(check => check.Cases),7} cases {mismatches,7} mismatches  in {checks.Count} files");
            }

            return mismatches == 0 ? ExitCode.Good : ExitCode.Inconsistent;
        });
        return command;
    }
}
