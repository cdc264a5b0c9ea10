using Hspi.Platforms;

namespace Hspi.Backends;

/// <summary>A runtime that offers platforms: ONNX Runtime, TorchSharp, CUDA, the emulated units.</summary>
public interface IPlatformSource
{
    /// <summary>Every platform it knows, whether or not this machine can run it. Must not load the native library.</summary>
    IEnumerable<PlatformOffer> List();

    /// <summary>Opens a platform that <see cref="List"/> offered, in this process.</summary>
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
