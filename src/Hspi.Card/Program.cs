using System.CommandLine;
using Hspi;
using Hspi.CardProgram;

// hspi-card: one native file that travels to a host with a card, asks it, and brings back answers.
try
{
    var root = new RootCommand(
        "hspi-card: asks a real card what HSPI computes. Exit codes: 0 all was asked and agrees, 1 card and table disagree, "
        + "2 wrong command line, 3 a stage ran out of time or failed (the others are written), 4 nothing could be asked, 130 stopped.")
    {
        RunCommand.Create(),
        AssembleCommand.Create(),
    };
    var parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"hspi-card: {error.Message}");
        }

        return ExitCode.Usage;
    }

    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync($"hspi-card: {wrong.Message}");
    return ExitCode.Usage;
}
catch (HspiException failed)
{
    await Console.Error.WriteLineAsync($"hspi-card: {failed.Message}");
    return ExitCode.Failed;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("hspi-card: stopped; finished stages are kept.");
    return ExitCode.Stopped;
}

namespace Hspi.CardProgram
{
    /// <summary>What the program tells the shell; the same numbers as hspi's.</summary>
    internal static class ExitCode
    {
        /// <summary>Everything was asked, and agrees.</summary>
        public const int Good = 0;

        /// <summary>Everything was asked; card and table disagree somewhere. Or a kernel does not assemble.</summary>
        public const int Disagree = 1;

        /// <summary>The caller's words are wrong.</summary>
        public const int Usage = 2;

        /// <summary>A stage ran out of time or failed; the others are written.</summary>
        public const int Partial = 3;

        /// <summary>Nothing could be asked: no card, no driver, no assembler.</summary>
        public const int Failed = 4;

        /// <summary>Stopped by Ctrl-C.</summary>
        public const int Stopped = 130;
    }
}
