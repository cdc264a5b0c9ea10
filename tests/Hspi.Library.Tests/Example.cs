using Hspi.Backends.Endpoint;
using Hspi.Examinations;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Reports.Html;
using Hspi.Verdicts;

namespace Hspi.Library.Tests;

/// <summary>The example of docs/library.md, compiled.</summary>
internal static class Example
{
    public static async Task<Verdict> JudgeAsync(Uri endpoint, string evidence, string report)
    {
        // docs/library.md: from here
        var settings = new InterviewSettings
        {
            Endpoint = new EndpointOptions { Address = endpoint },
            Claim = PlatformClaim.Parse("precision=bf16"),
        };
        var examination = await Audit.RunAsync(settings, evidence, progress: null, CancellationToken.None);
        await File.WriteAllTextAsync(report, HtmlReport.Render(examination));
        return examination.Conclusion.Verdict;
        // docs/library.md: to here
    }
}
