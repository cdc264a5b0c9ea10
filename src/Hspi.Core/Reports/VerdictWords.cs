using Hspi.Verdicts;

namespace Hspi.Reports;

/// <summary>The words for a verdict that every report shares.</summary>
internal static class VerdictWords
{
    /// <summary>Whose rules the evidence was judged by: today's, whatever version asked.</summary>
    public static string Rules { get; } = $"hspi {typeof(VerdictWords).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The word of <c>--json</c>.</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Consistent => "consistent",
        Verdict.Inconsistent => "inconsistent",
        Verdict.Identified => "identified",
        Verdict.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "A verdict without a name."),
    };

    /// <summary>The sentence that gives its reason.</summary>
    public static string Reason(Verdict verdict) => verdict switch
    {
        Verdict.Consistent(var reason) => reason,
        Verdict.Inconsistent(var reason) => reason,
        Verdict.Identified(var platform, _, var reason) => $"It answers exactly as {platform}. {reason}",
        Verdict.Unknown(var reason) => reason,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "A verdict without a reason."),
    };

    /// <summary>What it means for somebody who reads nothing else.</summary>
    public static string Meaning(Verdict verdict) => verdict switch
    {
        Verdict.Consistent => "What the endpoint answers fits what its provider claims.",
        Verdict.Inconsistent => "What is claimed cannot have produced these answers.",
        Verdict.Identified => "The answers are those of a platform that we know.",
        Verdict.Unknown => "The evidence does not decide. That speaks neither for nor against the endpoint.",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "A verdict without a meaning."),
    };

    /// <summary>Where a claimed column stands.</summary>
    public static string Of(Standing standing) => standing switch
    {
        Standing.Supported => "supported",
        Standing.Contradicted => "contradicted",
        Standing.NotVisible => "not visible from here",
        _ => throw new ArgumentOutOfRangeException(nameof(standing), standing, "A standing without a name."),
    };
}
