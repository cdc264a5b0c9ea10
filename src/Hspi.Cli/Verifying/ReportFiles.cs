using Hspi.Datasets;
using Hspi.Examinations;
using Hspi.Reports;
using Hspi.Reports.Html;
using Hspi.Verdicts;

namespace Hspi.Cli.Verifying;

/// <summary>Prints a report in the forms that were asked for, and says what it means to the shell.</summary>
internal static class ReportFiles
{
    /// <summary>Text to stdout, or to stderr beside JSON on stdout; HTML to a file.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="HspiException">The HTML file cannot be written.</exception>
    public static async Task<int> WriteAsync(Examination examination, bool json, string? htmlPath, CancellationToken cancellationToken)
    {
        if (json)
        {
            Terminal.SayBlock(TextReport.Render(examination));
            Terminal.PrintBlock(JsonReport.Render(examination) + "\n");
        }
        else
        {
            Terminal.PrintBlock(TextReport.Render(examination));
        }

        if (htmlPath is not null)
        {
            await WholeFile.WriteTextAsync(htmlPath, HtmlReport.Render(examination), cancellationToken);
            Terminal.Say($"report: {htmlPath}");
        }

        return examination.Conclusion.Verdict switch
        {
            Verdict.Consistent or Verdict.Identified => ExitCode.Good,
            Verdict.Inconsistent => ExitCode.Inconsistent,
            Verdict.Unknown => ExitCode.Unknown,
            var other => throw new InvalidOperationException($"No exit code for {other.GetType().Name}."),
        };
    }
}
