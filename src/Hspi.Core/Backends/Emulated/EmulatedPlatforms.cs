using Hspi.Networks;
using Hspi.Networks.Interpreter;
using Hspi.Numerics.Units;
using Hspi.Platforms;

namespace Hspi.Backends.Emulated;

/// <summary>GPUs whose matrix units are computed on this machine's processor, bit for bit: <c>engine=emulated device=h100 precision=bf16</c>.</summary>
/// <remarks>
/// Every product runs on the unit, everything else in the 16-bit format, rounded after each operator. The logits are left in the
/// accumulators' FP32, as by TensorRT-LLM and by servers with an FP32 head; with <c>kernels=half-logits</c> they are rounded too,
/// as by PyTorch's and vLLM's default. No batch is stated: a unit's bits do not depend on it. Available everywhere: no library, driver or card takes part.
/// <para>
/// On request, and in no list: precisions of <see cref="EmulatedDevice.OnRequest"/>; any device with a reduction as <c>parallel</c>
/// (<c>parallel=splitk=4</c>, <see cref="Numerics.Reductions.ReductionText"/>), which divides the products with weights; and any unit of the
/// table as <c>kernels</c>, such as <c>engine=emulated kernels=hopper_e4m3_fp32 precision=e4m3-bf16 parallel=promoted=128</c>: then all
/// products run on it, convolutions and attention too, in that reduction, and the rest in fp32, fp16 or bf16. Tensor parallelism divides
/// the sums only of layers whose input is divided over the cards.
/// </para>
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
        from kernels in EmulatedPrecision.Kernels
        from parallel in EmulatedPrecision.Divisions(device, precision, kernels)
        select OfDevice(device, precision, kernels, parallel);

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> OnRequest(PlatformClaim claim)
    {
        var isOurs = claim.Columns.TryGetValue("engine", out var engine) && engine == Engine;
        var parallel = claim.Columns.GetValueOrDefault("parallel", "");
        if (!isOurs)
        {
            return [];
        }

        ThrowIfNoReduction(parallel);

        var kernels = claim.Columns.GetValueOrDefault("kernels", "");
        var unit = KnownUnits.Find(kernels);
        if (unit is null && !EmulatedPrecision.Kernels.Contains(kernels))
        {
            throw new UsageException($"kernels={kernels} is no unit. `hspi units list` names all, such as hopper_bf16_fp32.");
        }

        PlatformOffer[] offers = unit is not null
            ? [.. EmulatedPrecision.Rests.Keys.Select(rest => OfUnit(unit, rest, parallel))]
            :
            [
                .. from device in EmulatedDevice.All
                   from precision in device.Precisions.Concat(device.OnRequest)
                   from head in EmulatedPrecision.Kernels
                   select OfDevice(device, precision, head, parallel),
            ];
        PlatformOffer[] meant = [.. offers.Where(offer => claim.Matches(offer.Platform))];
        return unit is null || meant.Length > 0 ? meant : throw new UsageException(
            $"\"{claim}\": this unit runs as\n  {string.Join("\n  ", offers.Select(offer => offer.Platform))}");
    }

    /// <inheritdoc/>
    public IBackend Open(Platform platform)
    {
        if (!List().Concat(OnRequest(PlatformClaim.Parse(platform.ToString()))).Any(offer => offer.Platform == platform))
        {
            throw new HspiException($"No emulated unit is \"{platform}\". `hspi platforms` lists what there is.");
        }

        var precision = PrecisionOf(platform);
        return new NetworkBackend(platform, model => new GraphSession(model, precision), networks);
    }

    private Precision PrecisionOf(Platform platform)
    {
        if (KnownUnits.Find(platform.Kernels) is { } row)
        {
            return EmulatedPrecision.OfUnit(row, platform.Precision.Split('-')[^1], platform.Parallelism, threads);
        }

        var device = EmulatedDevice.All.Single(device => device.Name == platform.Device);
        return EmulatedPrecision.Of(device, device.Precision(platform.Precision), platform.Kernels, platform.Parallelism, threads);
    }

    private static void ThrowIfNoReduction(string parallel)
    {
        try
        {
            _ = EmulatedPrecision.ReductionOf(parallel, ElementFormat.Float32);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"parallel={parallel}: {wrong.Message}");
        }
    }

    private static PlatformOffer OfDevice(EmulatedDevice device, DevicePrecision precision, string kernels, string parallel) => Offer(new Platform
    {
        Engine = Engine,
        Device = device.Name,
        Architecture = device.Architecture,
        Precision = precision.Name,
        Kernels = kernels,
        Parallelism = parallel,
    });

    private static PlatformOffer OfUnit(KnownUnit row, string rest, string parallel) => Offer(new Platform
    {
        Engine = Engine,
        Architecture = row.Architecture.Name,
        Precision = EmulatedPrecision.NameOf(row, rest),
        Kernels = row.Name,
        Parallelism = parallel,
    });

    private static PlatformOffer Offer(Platform platform) => new(platform, Unavailable: null, new Dictionary<string, string>());
}
