using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hspi.Cli;

/// <summary>Commands of one kind of work.</summary>
/// <param name="Title">What they are for.</param>
/// <param name="Commands">In the order in which they are used.</param>
internal sealed record CommandGroup(string Title, IReadOnlyList<Command> Commands);

/// <summary>The help of the program itself, with its commands grouped by the work. Help of a single command stays the library's.</summary>
internal sealed class GroupedHelp(RootCommand root, IReadOnlyList<CommandGroup> groups, SynchronousCommandLineAction others) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help need not name what the command requires.</summary>
    public override bool ClearsParseErrors => true;

    /// <summary>Prints <paramref name="groups"/> where the help of <paramref name="root"/> is asked for.</summary>
    public static void UseFor(RootCommand root, IReadOnlyList<CommandGroup> groups)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new GroupedHelp(root, groups, (SynchronousCommandLineAction)help.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command != root)
        {
            return others.Invoke(parseResult);
        }

        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine("hspi COMMAND [options]");
        output.WriteLine("hspi COMMAND --help       What it takes");
        output.WriteLine("hspi --version");
        var width = groups.SelectMany(group => group.Commands).Max(command => command.Name.Length);
        foreach (var group in groups)
        {
            output.WriteLine();
            output.WriteLine(group.Title);
            foreach (var command in group.Commands.Where(command => !command.Hidden))
            {
                // Only what it does: exit codes and the rest are in its own help.
                output.WriteLine($"  {command.Name.PadRight(width)}  {command.Description!.Split(". ")[0].TrimEnd('.')}");
            }
        }

        output.WriteLine();
        output.WriteLine("Exit codes: 0 good, consistent or identified; 1 inconsistent, or a check found differences; 2 wrong words; 3 unknown; 4 failed; 130 stopped.");
        return ExitCode.Good;
    }
}
