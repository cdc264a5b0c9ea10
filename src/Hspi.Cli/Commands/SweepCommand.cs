using System.CommandLine;
using Hspi.Evaluation.Simulation;
using Hspi.Interviews;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi sweep readers</c>: measures the readers on simulated answers and prints the committed tables. For maintainers.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        var answers = new Option<int>("--n") { Description = "Simulated answers per row", DefaultValueFactory = _ => 10_000 };
        var runs = new Option<int>("--mixtures") { Description = "Simulated endpoints per row of the mixture table", DefaultValueFactory = _ => 1000 };
        var seed = new Option<ulong>("--seed") { Description = "Everything follows from it", DefaultValueFactory = _ => 1 };
        var only = new Option<string[]>("--only") { Description = "Tables to print: heads, held-out, tokens, pool, mixtures, calibration, ceiling (slow)", DefaultValueFactory = _ => ["heads", "held-out", "tokens", "pool", "mixtures"], AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong("heads", "held-out", "tokens", "pool", "mixtures", "calibration", "ceiling");
        var readers = new Command("readers", "Print accuracy and power of the readers on simulated answers as Markdown tables") { answers, runs, seed, only };
        readers.SetAction(async (parseResult, cancellationToken) =>
        {
            var (n, start) = (parseResult.GetValue(answers), parseResult.GetValue(seed));
            foreach (var table in parseResult.GetRequiredValue(only))
            {
                var lines = table switch
                {
                    "heads" => ReaderSweep.Heads(n, start, cancellationToken),
                    "held-out" => ReaderSweep.HeldOut(n, start, cancellationToken),
                    "tokens" => ReaderSweep.Tokens(n, start, cancellationToken),
                    "pool" => ReaderSweep.Pool(n, start, new PooledQuestions(FreeQuestions.Different, FreeQuestions.Again, FreeQuestions.NewTokens), cancellationToken),
                    "calibration" => CalibrationSweep.Rows(n, start, cancellationToken),
                    "ceiling" => ReaderSweep.Ceiling(n, start, cancellationToken),
                    _ => MixtureSweep.Rows(parseResult.GetValue(runs), start, cancellationToken),
                };
                Terminal.PrintBlock($"### {table}\n\n");
                foreach (var line in lines)
                {
                    Terminal.Print($"{line}");
                }

                Terminal.Print($"");
            }

            return ExitCode.Good;
        });
        return new Command("sweep", "Measure parts of the program against known truth") { Hidden = true, Subcommands = { readers } };
    }
}
