using Hspi.Cuda.Native;
using Hspi.Numerics.Units;
using Hspi.Platforms;

namespace Hspi.Cuda.Platforms;

/// <summary>The platform of a library that runs on a card: the same columns for every runtime.</summary>
internal static class CardPlatform
{
    /// <summary>Fills the columns.</summary>
    /// <param name="card">The card.</param>
    /// <param name="engine">Name of the runtime.</param>
    /// <param name="version">Its version.</param>
    /// <param name="precision">Number format.</param>
    /// <param name="kernels">What selects kernels.</param>
    /// <param name="batch">Sequences computed together.</param>
    /// <exception cref="HspiException">The card is of no generation in the table of units.</exception>
    public static Platform Of(CudaCard card, string engine, string version, string precision, string kernels, int batch) => new()
    {
        Engine = engine,
        Version = version,
        Device = DeviceOf(card.Name),
        Architecture = ArchitectureOf(card).Name,
        Precision = precision,
        Kernels = kernels,
        Batch = batch,
    };

    /// <summary>A card's name as a column: <c>NVIDIA H100 80GB HBM3</c> is <c>h100-80gb-hbm3</c>, which a claim may call <c>h100</c>.</summary>
    public static string DeviceOf(string card) => string.Join(
        '-',
        card.ToLowerInvariant().Split([' ', ',', '='], StringSplitOptions.RemoveEmptyEntries).Where(word => word != "nvidia"));

    /// <summary>The card's generation in the table of units.</summary>
    /// <exception cref="HspiException">The table does not have it.</exception>
    public static Architecture ArchitectureOf(CudaCard card) => Architecture.Find($"sm {card.ComputeCapability}")
        ?? throw new HspiException($"{card.Name} (sm_{card.ComputeCapability}) is of no generation in the table of units.");
}
