using Hspi.Exchanges;

namespace Hspi.Readers.Surface;

/// <summary>Names the engine behind answers by what they look like, or says that it is unknown.</summary>
/// <remarks>
/// A wrong name is the worst outcome. So an engine is named only when a specific signature matches, its points leave the
/// rest of the world at most 5 %, no fork of it is known to print the same, and no answer of the same batch matches a specific signature of another engine.
/// </remarks>
public sealed class SurfaceReader(SignatureBase signatures)
{
    /// <summary>Name of this reader in evidence.</summary>
    public const string Name = "surface";

    /// <summary>The alternative that stands for every engine without a signature.</summary>
    public const string Unknown = "unknown";

    /// <summary>Bits that speak against any one engine before anything is seen: about one in sixteen.</summary>
    private const int PriorBits = 4;

    /// <summary>Points beyond this add nothing: no surface is proof, since a server can write what it likes.</summary>
    private const int MostPoints = 16;

    private const double LeastProbability = 0.95;

    /// <summary>Reads a batch of answers that are believed to come from one endpoint.</summary>
    public SurfaceFinding Read(IEnumerable<Exchange> exchanges)
    {
        var collected = new SurfaceCollector();
        foreach (var print in exchanges.Where(exchange => exchange.Response is not null).Select(SurfacePrint.Of))
        {
            collected.Add(print, Match(print));
        }

        return collected.Finding();
    }

    /// <summary>The signatures that one print matches, in the order of the base.</summary>
    public IEnumerable<SurfaceMatch> Match(SurfacePrint print)
    {
        foreach (var signature in signatures.Signatures)
        {
            if (signature.Score(print) is { } points)
            {
                yield return new SurfaceMatch(signature, points, signature.Version?.Capture(print) ?? "", [.. signature.AlikeTo(print)]);
            }
        }
    }

    /// <summary>Probability of an engine whose best signature earned <paramref name="points"/>.</summary>
    internal static double Probability(int points) => 1 / (1 + Math.ScaleB(1, PriorBits - Math.Min(points, MostPoints)));

    /// <summary>Whether points are enough for a name.</summary>
    internal static bool Suffices(int points) => Probability(points) >= LeastProbability;

    /// <summary>The logarithm of the likelihood ratio that points stand for.</summary>
    internal static double LogLikelihood(int points) => Math.Min(points, MostPoints) * Math.Log(2);
}

/// <summary>A signature that a print matched.</summary>
/// <param name="Signature">The signature.</param>
/// <param name="Points">Points earned.</param>
/// <param name="Version">The exact version, where the answer shows it; empty otherwise.</param>
/// <param name="Forks">Forks that print the same, so that the match means any of them; usually empty.</param>
public sealed record SurfaceMatch(Signature Signature, int Points, string Version, IReadOnlyList<string> Forks);

/// <summary>What the surface of a batch says.</summary>
/// <param name="Engine">The engine, or <c>unknown</c>.</param>
/// <param name="Probability">Of that engine; of an unknown one, that none of the base fits.</param>
/// <param name="Versions">Exact version, or the range that looks so; empty for an unknown one.</param>
/// <param name="Resembles">Family or weak matches, for a person; empty where nothing is alike.</param>
/// <param name="Paste">An unknown answer in the syntax of the base, ready to be named and pasted in; empty where it is known.</param>
/// <param name="Reading">What it says of the engine.</param>
public sealed record SurfaceFinding(string Engine, double Probability, string Versions, string Resembles, string Paste, Reading Reading)
{
    /// <summary>Engines that may compute inside the one that fits best, named or not; empty where it computes by itself, or nothing fits.</summary>
    public IReadOnlyList<string> Cores { get; init; } = [];

    /// <summary>Whether it is unknown only because a fork prints the same as its origin.</summary>
    public bool IsForkOrOrigin { get; init; }
}
