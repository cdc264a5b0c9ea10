using System.CommandLine;
using Hspi.Cuda.Reports;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi card show|import</c>: what a real card answered, and how far the computed units agree.</summary>
internal static class CardCommand
{
    public static Command Create() => new("card", "Answers of a real card, recorded by hspi-card.") { Show(), CardImportCommand.Create() };

    private static Command Show()
    {
        var file = new Argument<FileInfo>("file") { Description = "report.json that hspi-card wrote on the card's host" };
        var json = JsonLine.Option();
        var show = new Command("show", "Print agreement per instruction, product, function and operation, and the open points.") { file, json };
        show.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!.FullName;
            if (!File.Exists(path))
            {
                throw new HspiException($"{path}: no such file. Give the report.json that hspi-card wrote.");
            }

            var report = CardReport.Parse(await File.ReadAllTextAsync(path, cancellationToken), path);
            Terminal.PrintBlock((parsed.GetValue(json) ? report.ToJson() : CardText.Render(report)) + "\n");
            return !report.Agrees ? ExitCode.Inconsistent : report.IsWhole ? ExitCode.Good : ExitCode.Unknown;
        });
        return show;
    }
}
