using Hspi.Backends;
using Hspi.Backends.Emulated;
using Hspi.Backends.Engines;
using Hspi.Cli.Lean;
using Hspi.Networks;

namespace Hspi.Cli.Backends;

/// <summary>The only place that knows which runtimes exist: here those that need no library of their own.</summary>
internal static class Runtimes
{
    /// <summary>All of them, in the order of `hspi platforms`. Loads no networks.</summary>
    /// <param name="networks">The graphs that probes run on.</param>
    public static IReadOnlyList<IPlatformSource> On(NetworkLibrary networks) =>
        [new LeftOutPlatforms("onnxruntime"), new LeftOutPlatforms("torch"), new EmulatedPlatforms(networks), new LlamaPlatforms(networks)];
}
