using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Verdicts;

namespace Hspi.Examinations;

/// <summary>Asks an endpoint and judges it; before it contradicts a claim, it asks again.</summary>
public static class Audit
{
    /// <summary>Asks everything, into a new evidence file, and judges from the file.</summary>
    /// <param name="settings">Whom, and what it may cost.</param>
    /// <param name="evidencePath">The file to write; must not exist.</param>
    /// <param name="progress">Gets a line before each question; null for none.</param>
    /// <param name="cancellationToken">Ends it at once; what was answered is in the file.</param>
    /// <exception cref="UsageException">The limits are no limits; nothing is written then.</exception>
    /// <exception cref="HspiException">The endpoint cannot be asked at all, or the file cannot be written.</exception>
    public static async Task<Examination> RunAsync(InterviewSettings settings, string evidencePath, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var begun = settings.Clock.GetTimestamp();
        await Interview.AskAsync(settings, evidencePath, progress, cancellationToken);
        return await JudgeAsync(settings, evidencePath, begun, progress, cancellationToken);
    }

    /// <summary>Goes on with the evidence of an earlier run; what that one spent counts against the limits.</summary>
    /// <param name="settings">As the file was begun.</param>
    /// <param name="evidencePath">The file to go on with.</param>
    /// <param name="progress">Gets a line before each question; null for none.</param>
    /// <param name="cancellationToken">Ends it at once; what was answered is in the file.</param>
    /// <exception cref="UsageException">The file was begun with other words.</exception>
    /// <exception cref="HspiException">It is no evidence file, was changed, or cannot be written; or the endpoint cannot be asked.</exception>
    public static async Task<Examination> ResumeAsync(InterviewSettings settings, string evidencePath, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var begun = settings.Clock.GetTimestamp();
        await Interview.ResumeAsync(settings, evidencePath, progress, cancellationToken);
        return await JudgeAsync(settings, evidencePath, begun, progress, cancellationToken);
    }

    /// <summary>Judged from the file, as a replay does: what is not in the evidence is not in the verdict.</summary>
    private static async Task<Examination> JudgeAsync(InterviewSettings settings, string evidencePath, long begun, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var examination = Examination.Of(EvidenceFile.Load(evidencePath));
        var left = settings.Endpoint.MostTime - settings.Clock.GetElapsedTime(begun);
        if (examination.Conclusion.Verdict is not Verdict.Inconsistent || examination.Doubtful.Count == 0 || left <= TimeSpan.Zero)
        {
            return examination;
        }

        try
        {
            await Interview.ResumeAsync(settings with { Endpoint = settings.Endpoint with { MostTime = left } }, evidencePath, examination.Doubtful, progress, cancellationToken);
        }
        catch (HspiException)
        {
            // Who hangs up when asked again does not escape: what came until then is judged.
        }

        return Examination.Of(EvidenceFile.Load(evidencePath));
    }
}
