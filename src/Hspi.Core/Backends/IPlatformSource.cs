using Hspi.Platforms;

namespace Hspi.Backends;

/// <summary>A runtime that offers platforms: ONNX Runtime, TorchSharp, the emulated units.</summary>
public interface IPlatformSource
{
    /// <summary>Every platform it knows, whether or not this machine can run it. Must not load the native library.</summary>
    IEnumerable<PlatformOffer> List();

    /// <summary>Platforms that a text can name though no list has them: there are too many of them, or no dataset is meant to hold them by itself.</summary>
    /// <param name="claim">The columns that are stated.</param>
    /// <returns>Those that have every stated column; none if the source knows only what it lists.</returns>
    /// <exception cref="UsageException">The text means this source, and says something impossible.</exception>
    IEnumerable<PlatformOffer> OnRequest(PlatformClaim claim) => [];

    /// <summary>Opens a platform that <see cref="List"/> or <see cref="OnRequest"/> offered, in this process.</summary>
    /// <exception cref="HspiException">It cannot be opened here; the message says why.</exception>
    IBackend Open(Platform platform);
}

/// <summary>A platform that could answer.</summary>
/// <param name="Platform">Its columns.</param>
/// <param name="Unavailable">Why this machine cannot run it; null when it can.</param>
/// <param name="Environment">
/// Variables that must be set before the native library loads, such as <c>ONEDNN_MAX_CPU_ISA</c>.
/// Not empty: it is run in a child process of the same program.
/// </param>
public sealed record PlatformOffer(Platform Platform, string? Unavailable, IReadOnlyDictionary<string, string> Environment);
