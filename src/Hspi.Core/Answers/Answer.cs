using Hspi.Probes;

namespace Hspi.Answers;

/// <summary>What came back for one probe. "Cannot say" is an answer too, and is stored like any other.</summary>
/// <param name="Probe">The question.</param>
public abstract record Answer(Probe Probe)
{
    /// <summary>The platform answered.</summary>
    /// <param name="Probe">The question.</param>
    /// <param name="Steps">One per new token; exactly one for an image or a matrix product.</param>
    public sealed record Measured(Probe Probe, IReadOnlyList<Step> Steps) : Answer(Probe)
    {
        /// <summary>Tokens that a server says it read; null where it says nothing, or the platform is no server.</summary>
        public int? PromptTokens { get; init; }
    }

    /// <summary>The platform cannot answer this probe.</summary>
    /// <param name="Probe">The question.</param>
    /// <param name="Reason">One sentence for the report, such as "no FP8 on sm_80".</param>
    public sealed record Unsupported(Probe Probe, string Reason) : Answer(Probe);
}
