using Hspi.Readers;

namespace Hspi.Verdicts;

/// <summary>What the surface of the answers says about a claimed engine. It supports, and never contradicts.</summary>
/// <remarks>
/// Headers, ids and fields of one body are all written by whatever stands in front, so a proxy that translates or adds fields changes
/// them together: an honest server behind one that speaks another engine's dialect would be accused. Only numbers could prove it.
/// </remarks>
internal static class EngineRules
{
    /// <summary>ln 20: how much likelier than every other engine the claimed one must look.</summary>
    private const double Convincing = 3.0;

    /// <summary>Judges a claimed engine.</summary>
    /// <param name="claimed">The engine.</param>
    /// <param name="surface">What the surface reader saw; null where it saw nothing.</param>
    /// <param name="cores">Engines that may compute inside the one that fits best: seeing Ollama does not deny llama.cpp.</param>
    public static ClaimedColumn Judge(string claimed, Reading? surface, IReadOnlyList<string> cores)
    {
        ClaimedColumn Say(Standing standing, string reason) => new("engine", claimed, standing, reason);
        if (surface is null || surface.Likelihoods.Count < 2)
        {
            return Say(Standing.NotVisible, "The surface of these answers names no engine.");
        }

        var seen = surface.Likelihoods.MaxBy(pair => pair.Value);
        var others = surface.Likelihoods.Where(pair => pair.Key != seen.Key).Max(pair => pair.Value);
        if (surface.Likelihoods.TryGetValue(claimed, out var own) && own == seen.Value && own == others)
        {
            return Say(Standing.NotVisible, $"The surface fits {string.Join(" and ", surface.Likelihoods.Where(pair => pair.Value == own).Select(pair => pair.Key))} alike.");
        }

        if (claimed != seen.Key && !cores.Contains(claimed))
        {
            return Say(Standing.NotVisible, $"The surface looks like that of {seen.Key}, not of {claimed}; what stands in front of an engine can write another's, so this accuses nobody.");
        }

        return seen.Value - others >= Convincing
            ? Say(Standing.Supported, $"The surface is that of {seen.Key}.")
            : Say(Standing.NotVisible, $"The surface fits {seen.Key}, but not much better than others.");
    }
}
