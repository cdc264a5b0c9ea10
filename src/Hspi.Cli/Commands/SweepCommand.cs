using System.CommandLine;
using Hspi.Readers.Simulation;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi sweep readers</c>: measures the readers on simulated answers and prints the committed tables. For maintainers.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        var answers = new Option<int>("--n") { Description = "Simulated answers per row", DefaultValueFactory = _ => 10_000 };
        var runs = new Option<int>("--mixtures") { Description = "Simulated endpoints per row of the mixture table", DefaultValueFactory = _ => 1000 };
        var seed = new Option<ulong>("--seed") { Description = "Everything follows from it", DefaultValueFactory = _ => 1 };
        var readers = new Command("readers", "Print accuracy and power of the readers on simulated answers as Markdown tables") { answers, runs, seed };
        readers.SetAction(async (parseResult, cancellationToken) =>
        {
            foreach (var line in ReaderSweep.Heads(parseResult.GetValue(answers), parseResult.GetValue(seed), cancellationToken))
            {
                await Console.Out.WriteLineAsync(line);
            }

            await Console.Out.WriteLineAsync();
            foreach (var line in ReaderSweep.Mixtures(parseResult.GetValue(runs), parseResult.GetValue(seed), cancellationToken))
            {
                await Console.Out.WriteLineAsync(line);
            }

            return ExitCode.Good;
        });
        return new Command("sweep", "Measure parts of the program against known truth") { Hidden = true, Subcommands = { readers } };
    }
}
