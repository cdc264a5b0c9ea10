using Hspi.Backends;
using Hspi.Networks;
using Hspi.Platforms;

namespace Hspi.Cli.Backends;

/// <summary>Every platform of every runtime.</summary>
/// <param name="sources">The runtimes.</param>
/// <param name="model">The model that they run, as <c>--model</c> names it; empty for our own.</param>
internal sealed class PlatformCatalog(IReadOnlyList<IPlatformSource> sources, string model = "")
{
    /// <summary>All runtimes of this program, asked on its own networks. Loads neither natives nor networks.</summary>
    public static PlatformCatalog Default() => On(NetworkLibrary.Default(), "");

    /// <summary>All runtimes of this program, asked on given networks.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="model">What <see cref="ModelOption"/> made them from: child processes open it again.</param>
    public static PlatformCatalog On(NetworkLibrary networks, string model) => new(Runtimes.On(networks), model);

    /// <summary>What could answer, and what cannot here and why.</summary>
    public IReadOnlyList<PlatformOffer> List() => [.. sources.SelectMany(source => source.List())];

    /// <summary>The one offer that has every column of <paramref name="text"/>.</summary>
    /// <param name="text">A platform or a part of one, such as <c>engine=torch precision=bf16 kernels=sdpa</c>.</param>
    /// <exception cref="UsageException">None has, or more than one; the message lists them.</exception>
    public PlatformOffer Find(string text)
    {
        var matches = Matching(text);
        // A platform in full is itself, even where another one has more columns.
        return matches.FirstOrDefault(offer => offer.Platform.ToString().Equals(PlatformClaim.Parse(text).ToString(), StringComparison.OrdinalIgnoreCase))
            ?? (matches.Count == 1
                ? matches[0]
                : throw new UsageException($"\"{text}\" is {matches.Count} platforms; add columns until it is one, or name it in full: {string.Join("; ", matches.Take(20).Select(offer => offer.Platform))}"));
    }

    /// <summary>Every listed offer that has every column of <paramref name="text"/>, in the order of the list; where there is none, those on request.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public IReadOnlyList<PlatformOffer> Matching(string text)
    {
        var claim = PlatformClaim.Parse(text);
        var matches = List().Where(offer => claim.Matches(offer.Platform)).ToList();
        if (matches.Count == 0)
        {
            matches.AddRange(sources.SelectMany(source => source.OnRequest(claim)));
        }

        return matches.Count > 0 ? matches : throw new UsageException($"No platform is \"{claim}\". See `hspi platforms`.");
    }

    /// <summary>Opens a platform: in this process, or in a child where it needs variables that are set before natives load.</summary>
    /// <exception cref="HspiException">This machine cannot run it.</exception>
    public IBackend Open(PlatformOffer offer) =>
        offer.Unavailable is { } reason ? throw new HspiException($"{offer.Platform}: {reason}")
        : offer.Environment.All(pair => Environment.GetEnvironmentVariable(pair.Key) == pair.Value) ? OpenHere(offer.Platform)
        : new ChildBackend(offer.Platform, offer.Environment, model);

    /// <summary>Opens a platform in this process, whatever its variables.</summary>
    public IBackend OpenHere(Platform platform)
    {
        var claim = PlatformClaim.Parse(platform.ToString());
        return (sources.FirstOrDefault(source => source.List().Concat(source.OnRequest(claim)).Any(offer => offer.Platform == platform))
            ?? throw new UsageException($"No runtime offers \"{platform}\". See `hspi platforms`.")).Open(platform);
    }
}
