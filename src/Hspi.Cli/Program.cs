using System.CommandLine;
using Hspi.Cli;

return await HspiProgram.RunAsync(args);

namespace Hspi.Cli
{
    /// <summary>The program: its commands, and what each kind of failure means to the shell.</summary>
    internal static class HspiProgram
    {
        public static async Task<int> RunAsync(string[] args)
        {
            var root = new RootCommand("hspi: finds out what serves a model from the numbers that come back.");
            // One line per command, in the order of the work.
            root.Add(Commands.InspectCommand.Create());
            root.Add(Commands.SignaturesCommand.Create());
            root.Add(Commands.ServeCommand.Create());
            root.Add(Commands.VerifyCommand.Create());
            root.Add(Commands.ReplayCommand.Create());
            root.Add(Commands.ExplainCommand.Create());
            root.Add(Commands.UnitsCommand.Create());
            root.Add(Commands.CardCommand.Create());
            root.Add(Commands.PlatformsCommand.Create());
            root.Add(Commands.NetworksCommand.Create());
            root.Add(Commands.WorkerCommand.Create());
            root.Add(Commands.ProbesCommand.Create());
            root.Add(Commands.CollectCommand.Create());
            root.Add(Commands.DatasetCommand.Create());
            root.Add(Commands.SweepCommand.Create());
            root.Add(Commands.TrainCommand.Create());
            root.Add(Commands.EvaluateCommand.Create());

            var parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                foreach (var error in parsed.Errors)
                {
                    await Console.Error.WriteLineAsync($"hspi: {error.Message}");
                }

                await Console.Error.WriteLineAsync("Run it with --help to see what it takes.");
                return ExitCode.Usage;
            }

            try
            {
                // Ours, not the library's: the failures below have their own codes and one-line messages.
                return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            }
            catch (UsageException wrong)
            {
                await Console.Error.WriteLineAsync($"hspi: {wrong.Message}");
                return ExitCode.Usage;
            }
            catch (HspiException failed)
            {
                await Console.Error.WriteLineAsync($"hspi: {failed.Message}");
                return ExitCode.Failed;
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync("hspi: stopped; finished work is kept, the same command resumes it.");
                return ExitCode.Stopped;
            }
        }
    }
}
