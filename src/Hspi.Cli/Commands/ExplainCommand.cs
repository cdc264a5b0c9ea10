using System.CommandLine;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Reports;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi explain FILE</c>: every step from bytes to conclusion, for a person.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Evidence file that hspi verify wrote" };
        var command = new Command("explain", "Show every step from recorded bytes to the verdict.") { file };
        command.SetAction(parsed =>
        {
            var log = EvidenceFile.Load(parsed.GetRequiredValue(file));
            Terminal.PrintBlock(ExplainReport.Render(log, Examination.Of(log)));
            return ExitCode.Good;
        });
        return command;
    }
}
