using System.CommandLine;
using Hspi.Cli.Verifying;
using Hspi.Examinations;
using Hspi.Exchanges;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi replay FILE</c>: the verdict again, from the evidence alone.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Evidence file that hspi verify wrote" };
        var html = new Option<string?>("--html") { Description = "Write the report as one HTML file" };
        var json = JsonLine.Option();
        var command = new Command("replay", "Compute a verdict again from an evidence file, without asking anybody.") { file, html, json };
        command.SetAction((parsed, cancellationToken) => ReportFiles.WriteAsync(
            Examination.Of(EvidenceFile.Load(parsed.GetRequiredValue(file))), parsed.GetValue(json), parsed.GetValue(html), cancellationToken));
        return command;
    }
}
