using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>Every word of the help, and of the reports about one recorded run: a bf16 server of ours, asked over HTTP. See Approved/README.md.</summary>
public sealed partial class ApprovedTests
{
    private const string Folder = "tests/Hspi.Cli.Tests/Approved";

    private static string Evidence => Repository.PathOf($"{Folder}/run.evidence.gz");

    [Fact]
    public async Task The_help_of_every_command_is_as_approved()
    {
        var text = new StringBuilder();

        await AddHelpAsync([], text);

        Approved.Check($"{Folder}/help.txt", text.ToString());
    }

    [Fact]
    public Task The_report_as_text_is_as_approved() => CheckAsync("report.txt", "replay", Evidence);

    [Fact]
    public Task The_report_as_json_is_as_approved() => CheckAsync("report.json", "replay", Evidence, "--json");

    [Fact]
    public async Task The_report_as_a_page_is_as_approved()
    {
        var page = Path.Combine(TestFolder.New(), "report.html");

        _ = await HspiProgram.RunAsync("replay", Evidence, "--html", page);

        Approved.Check($"{Folder}/report.html", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));
    }

    [Fact]
    public Task Every_step_to_the_verdict_is_explained_as_approved() => CheckAsync("explain.txt", "explain", Evidence);

    [Fact]
    public Task What_inspect_says_is_as_approved() => CheckAsync("inspect.txt", "inspect", Evidence);

    [Fact]
    public Task What_inspect_says_as_json_is_as_approved() => CheckAsync("inspect.json", "inspect", Evidence, "--json");

    private static async Task CheckAsync(string file, params string[] arguments)
    {
        var ended = await HspiProgram.RunAsync(arguments);

        // Where the repository lies differs from machine to machine, and so does the last digit of a logarithm.
        var shown = ended.Output.Replace(Evidence, "run.evidence.gz", StringComparison.Ordinal);
        Approved.Check($"{Folder}/{file}", file.EndsWith(".json", StringComparison.Ordinal)
            ? LongNumber().Replace(shown, number => double.Parse(number.Value, CultureInfo.InvariantCulture).ToString("0.######", CultureInfo.InvariantCulture))
            : shown);
    }

    /// <summary>The help of a command and of those below it, which its own help lists.</summary>
    private static async Task AddHelpAsync(string[] command, StringBuilder text)
    {
        var (code, help, _) = await HspiProgram.RunAsync([.. command, "--help"]);
        Assert.True(code == 0, $"hspi {string.Join(' ', command)} --help ends with {code}");
        text.Append(CultureInfo.InvariantCulture, $"$ {string.Join(' ', ["hspi", .. command, "--help"])}\n\n{help.TrimEnd()}\n\n\n");
        var listed = command.Length == 0 ? help : help.Split("\nCommands:\n") is [_, var below] ? below : "";
        foreach (Match name in ListedCommand().Matches(listed))
        {
            await AddHelpAsync([.. command, name.Value], text);
        }
    }

    [GeneratedRegex(@"(?<=^  )[a-z][a-z-]*(?= .*  |  )", RegexOptions.Multiline)]
    private static partial Regex ListedCommand();

    [GeneratedRegex(@"-?\d+\.\d{7,}(E[-+]\d+)?")]
    private static partial Regex LongNumber();
}
