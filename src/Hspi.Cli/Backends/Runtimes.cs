using Hspi.Backends;
using Hspi.Backends.Emulated;
using Hspi.Backends.Engines;
using Hspi.Backends.Onnx;
using Hspi.Backends.Torch;
using Hspi.Networks;

namespace Hspi.Cli.Backends;

/// <summary>The only place that knows which runtimes exist.</summary>
internal static class Runtimes
{
    /// <summary>All of them, in the order of `hspi platforms`. Loads neither natives nor networks.</summary>
    /// <param name="networks">The graphs that probes run on.</param>
    public static IReadOnlyList<IPlatformSource> On(NetworkLibrary networks) =>
        [new OnnxPlatforms(networks), new TorchPlatforms(networks), new EmulatedPlatforms(networks), new LlamaPlatforms(networks)];
}
