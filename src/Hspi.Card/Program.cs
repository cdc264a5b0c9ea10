using System.CommandLine;
using Hspi;
using Hspi.Card;
using Hspi.Card.Commands;

// hspi-card: one native file that travels to a host with a card, asks it, and brings back answers.
try
{
    var root = new RootCommand(
        "hspi-card: asks a real card what HSPI computes. Exit codes: 0 all was asked and agrees, 1 card and table disagree, 2 wrong command line, "
        + "3 time ran out before all was asked, 4 the card, its driver, a library or a file failed, 130 stopped. What was answered is written in each case.")
    {
        RunCommand.Create(),
        AssembleCommand.Create(),
    };
    var parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors)
        {
            Terminal.Say($"hspi-card: {error.Message}");
        }

        return ExitCode.Usage;
    }

    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UsageException wrong)
{
    Terminal.Say($"hspi-card: {wrong.Message}");
    return ExitCode.Usage;
}
catch (HspiException failed)
{
    Terminal.Say($"hspi-card: {failed.Message}");
    return ExitCode.Failed;
}
catch (OperationCanceledException)
{
    Terminal.Say("hspi-card: stopped; finished topics are kept.");
    return ExitCode.Stopped;
}
