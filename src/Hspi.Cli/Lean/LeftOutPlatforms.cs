using Hspi.Backends;
using Hspi.Platforms;

namespace Hspi.Cli.Lean;

/// <summary>A runtime whose library the lean program leaves out: one line in the list, and a clear answer to who asks for more.</summary>
/// <param name="engine">Its name, as in <c>engine=torch</c>.</param>
internal sealed class LeftOutPlatforms(string engine) : IPlatformSource
{
    private static readonly string Reason = $"This lean program leaves out its native library; {WholeProgram.HasIt}";

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> List() => [new(new Platform { Engine = engine }, Reason, new Dictionary<string, string>())];

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> OnRequest(PlatformClaim claim) =>
        claim.Columns.GetValueOrDefault("engine") == engine ? throw new UsageException($"\"{claim}\": {Reason}") : [];

    /// <inheritdoc/>
    public IBackend Open(Platform platform) => throw new HspiException($"{platform}: {Reason}");
}
