using Hspi.Readers.Lattice;
using Hspi.Readers.Surface;

namespace Hspi.Readers;

/// <summary>What a reader could not say from recorded answers, as the call that would tell: one sentence for each, to be asked of the same endpoint.</summary>
public static class NextCall
{
    /// <summary>Gaps of one position with fewer alternatives than this are few.</summary>
    private const int FewGaps = 10;

    /// <summary>The calls, the most telling first; empty where every reader has its say.</summary>
    public static IReadOnlyList<string> Of(Findings findings) =>
        [.. new[] { ForHead(findings), ForEngine(findings.Surface), ForBackends(findings) }.OfType<string>()];

    private static string? ForHead(Findings findings)
    {
        var head = findings.Head;
        if (findings.Numbers.Detail.Numbers == 0)
        {
            return "Ask for logprobs with 20 alternatives (chat: logprobs true and top_logprobs 20; completions: logprobs 20): without numbers only the surface can be read.";
        }

        if (head.Head != Head.Unknown || head.Detail.Mixture.Seen)
        {
            return null;
        }

        if (head.Detail.Requests == 0)
        {
            return "Ask for 20 alternatives (top_logprobs 20): one logprob at a position has no gap to another, and the gaps show the head.";
        }

        if (head.Reading.Likelihoods.Count == 0 && IsRounded(findings.Numbers.Form))
        {
            return "Ask another route of this server, or the server without what stands in front, for logprobs with all their digits: these are rounded when printed.";
        }

        return head.Detail.Examples.All(position => position.Gaps.Count < FewGaps)
            ? "Ask for 20 alternatives (top_logprobs 20): these positions have too few gaps to show the head."
            : "Ask for the prompt's logprobs too (completions: echo with logprobs; vLLM: prompt_logprobs; SGLang: logprob_start_len 0): hundreds of positions from one call.";
    }

    private static string? ForEngine(SurfaceFinding surface) =>
        surface.Engine != SurfaceReader.Unknown ? null
        : surface.IsForkOrOrigin ? "Ask for the list of models (/v1/models): its owner tells an engine from its fork."
        : "Record an answer with its address and headers (curl -i), or the list of models (/v1/models): this body alone does not name what serves.";

    private static string? ForBackends(Findings findings) => findings.Steadiness.Detail.Questions == 0
        ? "Ask one question twice with temperature 0, and record the requests: whether the answers repeat shows one backend or several."
        : null;

    private static bool IsRounded(string form) =>
        form.StartsWith("rounded", StringComparison.Ordinal) || form.StartsWith("multiples", StringComparison.Ordinal) || form.EndsWith("float16-values", StringComparison.Ordinal);
}
