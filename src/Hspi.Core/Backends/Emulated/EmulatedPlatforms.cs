using Hspi.Networks;
using Hspi.Networks.Interpreter;
using Hspi.Platforms;

namespace Hspi.Backends.Emulated;

/// <summary>GPUs whose matrix units are computed on this machine's processor, bit for bit: <c>engine=emulated device=h100 precision=bf16</c>.</summary>
/// <remarks>
/// Every product runs on the unit, everything else in the 16-bit format, rounded after each operator. The logits are left in the
/// accumulators' FP32, as by TensorRT-LLM and by servers with an FP32 head; with <c>kernels=half-logits</c> they are rounded too,
/// as by PyTorch's and vLLM's default. No batch is stated: a unit's bits do not depend on it. Available everywhere: no library, driver or card takes part.
/// </remarks>
/// <param name="networks">The graphs that probes run on.</param>
/// <param name="threads">Threads per product, from 1; no bit depends on it.</param>
public sealed class EmulatedPlatforms(NetworkLibrary networks, int threads = 1) : IPlatformSource
{
    private const string Engine = "emulated";

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> List() =>
        from device in EmulatedDevice.All
        from precision in device.Precisions
        from kernels in EmulatedPrecision.Kernels(device, precision)
        from parallel in EmulatedPrecision.Divisions(device, precision, kernels)
        select new PlatformOffer(
            new Platform
            {
                Engine = Engine,
                Device = device.Name,
                Architecture = device.Architecture,
                Precision = precision,
                Kernels = kernels,
                Parallelism = parallel,
            },
            Unavailable: null,
            new Dictionary<string, string>());

    /// <inheritdoc/>
    public IBackend Open(Platform platform)
    {
        if (!List().Any(offer => offer.Platform == platform))
        {
            throw new HspiException($"No emulated unit is \"{platform}\". `hspi platforms` lists what there is.");
        }

        var device = EmulatedDevice.All.Single(device => device.Name == platform.Device);
        var precision = EmulatedPrecision.Of(device, platform.Precision, platform.Kernels, platform.Parallelism, threads);
        return new NetworkBackend(platform, model => new GraphSession(model, precision), networks);
    }
}
