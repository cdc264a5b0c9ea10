using Hspi.Readers;

namespace Hspi.Verdicts;

/// <summary>What the surface of the answers says about a claimed engine.</summary>
internal static class EngineRules
{
    /// <summary>ln 10^6: a surface can be imitated by a proxy, so it must be plain before it contradicts.</summary>
    private const double Decisive = 13.8;

    /// <summary>ln 20.</summary>
    private const double Convincing = 3.0;

    /// <summary>Engines that print a surface of their own. Every other name (a gateway, a provider) may have any engine behind it.</summary>
    private static readonly string[] OwnSurface = ["vllm", "sglang", "llama.cpp", "tgi", "ollama", "lmstudio", "llamafile", "koboldcpp"];

    /// <summary>Judges a claimed engine.</summary>
    /// <param name="claimed">The engine.</param>
    /// <param name="surface">What the surface reader saw; null where it saw nothing.</param>
    /// <param name="cores">Engines that may compute inside the one that fits best: seeing Ollama does not deny llama.cpp.</param>
    public static ClaimedColumn Judge(string claimed, Evidence? surface, IReadOnlyList<string> cores)
    {
        ClaimedColumn Say(Standing standing, string reason) => new("engine", claimed, standing, reason);
        if (surface is null || surface.Likelihoods.Count < 2)
        {
            return Say(Standing.NotVisible, "The surface of these answers names no engine.");
        }

        var seen = surface.Likelihoods.MaxBy(pair => pair.Value);
        var others = surface.Likelihoods.Where(pair => pair.Key != seen.Key).Max(pair => pair.Value);
        if (claimed == seen.Key || cores.Contains(claimed))
        {
            return seen.Value - others >= Convincing
                ? Say(Standing.Supported, $"The surface is that of {seen.Key}.")
                : Say(Standing.NotVisible, $"The surface fits {seen.Key}, but not much better than others.");
        }

        return Distinct(claimed, seen.Key) && seen.Value - others >= Decisive && surface.Likelihoods.ContainsKey(claimed)
            ? Say(Standing.Contradicted, $"The surface is plainly that of {seen.Key}, which prints it itself.")
            : Say(Standing.NotVisible, $"The surface does not show {claimed}; what stands in front of an engine can hide it.");
    }

    private static bool Distinct(string claimed, string seen) => OwnSurface.Contains(claimed) && OwnSurface.Contains(seen);
}
