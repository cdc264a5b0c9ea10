using System.Text;
using Hspi.Reports;
using Hspi.Reports.Html;
using Hspi.Verdicts;

namespace Hspi.Cli.Verifying;

/// <summary>Prints a report in the forms that were asked for, and says what it means to the shell.</summary>
internal static class ReportFiles
{
    /// <summary>Text to stderr, JSON to stdout, HTML to a file.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(VerificationReport report, bool json, string? htmlPath)
    {
        Console.Error.Write(TextReport.Render(report));
        if (json)
        {
            Console.Out.WriteLine(JsonReport.Render(report));
        }

        if (htmlPath is not null)
        {
            WriteWhole(htmlPath, HtmlReport.Render(report));
            Console.Error.WriteLine($"report: {htmlPath}");
        }

        return report.Conclusion.Verdict switch
        {
            Verdict.Consistent or Verdict.Identified => ExitCode.Good,
            Verdict.Inconsistent => ExitCode.Inconsistent,
            Verdict.Unknown => ExitCode.Unknown,
            var other => throw new InvalidOperationException($"No exit code for {other.GetType().Name}."),
        };
    }

    /// <summary>The file is there whole, or not at all.</summary>
    private static void WriteWhole(string path, string text)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(temporary, text, new UTF8Encoding(false));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: the report cannot be written: {failed.Message} Give another --html.", failed);
        }
    }
}
