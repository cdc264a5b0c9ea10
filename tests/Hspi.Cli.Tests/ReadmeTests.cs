using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>Runs the README's session as a reader would type it: what it shows is what comes out.</summary>
public sealed partial class ReadmeTests
{
    private const string PortInReadme = "8123";

    [Fact]
    public Task The_session_in_the_readme_prints_what_the_readme_says() => RunSessionAsync(TestFolder.New(), _ => HspiProgram.FilePath);

    /// <summary>Runs every line of the session and checks what it prints.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="programFor">The program that runs a line, by the line's command, such as <c>verify</c>.</param>
    internal static async Task RunSessionAsync(string folder, Func<string, string> programFor)
    {
        var port = FreePort().ToString();
        List<Process> started = [];
        try
        {
            foreach (var (command, expected) in Session())
            {
                var arguments = Words().Matches(command["hspi ".Length..].Replace(PortInReadme, port, StringComparison.Ordinal))
                    .Select(match => match.Value.Trim('"'))
                    .ToArray();
                var program = programFor(arguments[0]);
                if (arguments[^1] == "&")
                {
                    started.Add(Start(program, folder, arguments[..^1]));
                    await started[^1].StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
                    continue;
                }

                using var running = Start(program, folder, arguments);
                var output = running.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                var told = await running.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) + await output;
                await running.WaitForExitAsync(TestContext.Current.CancellationToken);

                Assert.True(running.ExitCode is 0 or 1, $"{command}\nended with {running.ExitCode}:\n{told}");
                Assert.All(expected, line => Assert.Contains(line, told, StringComparison.Ordinal));
            }
        }
        finally
        {
            started.ForEach(process => process.Kill(entireProcessTree: true));
        }
    }

    [Fact]
    public async Task Every_command_that_the_readme_lists_exists()
    {
        var help = await HspiProgram.RunAsync("--help");

        Assert.All(CommandsOfTheTable(), name => Assert.Matches($@"(?m)^  {name}\b", help.Output));
    }

    [Fact]
    public async Task Every_command_that_the_help_lists_is_in_the_readme_and_has_help_of_its_own()
    {
        var help = await HspiProgram.RunAsync("--help");

        var listed = HelpCommands().Matches(help.Output).Select(match => match.Groups["name"].Value).ToList();

        Assert.Equal(CommandsOfTheTable(), listed);
        foreach (var name in listed)
        {
            var own = await HspiProgram.RunAsync(name, "--help");

            Assert.True(own.Code == 0 && own.Output.Contains($"hspi {name}", StringComparison.Ordinal), $"hspi {name} --help ended with {own.Code}:\n{own.Error}{own.Output}");
        }
    }

    // The first command of each row, from top to bottom.
    private static List<string> CommandsOfTheTable()
    {
        var names = TableCommands().Matches(File.ReadAllText(ReadmePath())).Select(match => match.Groups["name"].Value).ToList();
        Assert.True(names.Count >= 12);
        return names;
    }

    // Each command with the lines that the README shows under it.
    private static List<(string Command, List<string> Expected)> Session()
    {
        var block = ConsoleBlock().Match(File.ReadAllText(ReadmePath())).Groups["lines"].Value;
        List<(string, List<string>)> session = [];
        foreach (var line in block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                session.Add((line[2..], []));
            }
            else
            {
                session[^1].Item2.Add(line);
            }
        }

        Assert.NotEmpty(session);
        return session;
    }

    private static Process Start(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string ReadmePath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../README.md");

    [GeneratedRegex("```console\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex(@"""[^""]*""|\S+")]
    private static partial Regex Words();

    [GeneratedRegex(@"(?m)^\| .*?`hspi (?<name>[a-z]+)")]
    private static partial Regex TableCommands();

    [GeneratedRegex(@"(?m)^  (?<name>[a-z]+)  ")]
    private static partial Regex HelpCommands();
}
