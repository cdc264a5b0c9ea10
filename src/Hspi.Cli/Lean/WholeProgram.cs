using System.CommandLine;

namespace Hspi.Cli.Lean;

/// <summary>What the lean program says about the parts that it leaves out.</summary>
internal static class WholeProgram
{
    private static readonly string Archive = $"archive hspi-{typeof(WholeProgram).Assembly.GetName().Version!.ToString(3)}-linux-x64.tar.gz of the same release";

    /// <summary>The end of every such sentence: where the part is.</summary>
    public static string HasIt { get; } = $"the whole program has it, {Archive}.";

    /// <summary>A command that, whatever follows it, ends as a usage error which names the archive.</summary>
    /// <param name="name">Its name in the whole program.</param>
    /// <param name="needs">What is left out here.</param>
    public static Command Command(string name, string needs)
    {
        var command = new Command(name, $"Not in this lean program, but in {Archive}.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(int (_) => throw new UsageException($"`hspi {name}` needs {needs}; {HasIt}"));
        return command;
    }
}
