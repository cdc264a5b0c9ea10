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
            CommandGroup[] groups =
            [
                new("Record: what known platforms answer",
                    [
                        Commands.PlatformsCommand.Create(), Commands.ProbesCommand.Create(), Commands.CollectCommand.Create(),
                        Commands.ServeCommand.Create(), Commands.DatasetCommand.Create(), Commands.CardCommand.Create(),
                    ]),
                new("Learn: from what was recorded",
                    [Commands.NetworksCommand.Create(), Commands.TrainCommand.Create(), Commands.EvaluateCommand.Create(), Commands.SweepCommand.Create()]),
                new("Judge: what an endpoint is",
                    [Commands.VerifyCommand.Create(), Commands.CompareCommand.Create(), Commands.CheckCommand.Create(), Commands.ReplayCommand.Create(), Commands.ExplainCommand.Create()]),
                new("Read: what others recorded", [Commands.InspectCommand.Create()]),
                new("Look up: what is known", [Commands.SignaturesCommand.Create(), Commands.UnitsCommand.Create()]),
            ];
            foreach (var command in groups.SelectMany(group => group.Commands).Append(Commands.WorkerCommand.Create()))
            {
                root.Add(command);
            }

            GroupedHelp.UseFor(root, groups);

            var parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                foreach (var error in parsed.Errors)
                {
                    Terminal.Say($"hspi: {error.Message}");
                }

                Terminal.Say($"Run it with --help to see what it takes.");
                return ExitCode.Usage;
            }

            try
            {
                using var stop = new StopSignals();
                // Ours, not the library's: the failures below have their own codes and one-line messages, and a command that waits in a system call still ends.
                return await Task.Run(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token));
            }
            catch (UsageException wrong)
            {
                Terminal.Say($"hspi: {wrong.Message}");
                return ExitCode.Usage;
            }
            catch (HspiException failed)
            {
                Terminal.Say($"hspi: {failed.Message}");
                return ExitCode.Failed;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                // A disk that is full, a folder that went away: wherever it happened, it is the world, not us.
                Terminal.Say($"hspi: {failed.Message}");
                return ExitCode.Failed;
            }
            catch (OperationCanceledException)
            {
                Terminal.Say($"hspi: stopped; finished work is kept, the same command resumes it.");
                return ExitCode.Stopped;
            }
        }
    }
}
