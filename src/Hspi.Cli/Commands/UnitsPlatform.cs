using Hspi.Backends;
using Hspi.Cli.Backends;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Probing;

namespace Hspi.Cli.Commands;

/// <summary>A platform of this machine, asked for single dot products instead of networks.</summary>
internal static class UnitsPlatform
{
    private const string Emulated = "emulated";

    // Operands of other precisions get scales, or are those of the linear layers only.
    private static readonly string[] Unscaled = ["fp64", "fp32", "tf32", "bf16", "fp16"];

    /// <summary>Whether the text means a platform (<c>key=value</c>) and not a unit or a file.</summary>
    public static bool IsMeant(string text) => text.Contains('=', StringComparison.Ordinal) && !File.Exists(text);

    /// <summary>Opens it in this process.</summary>
    /// <exception cref="UsageException">It runs in a process of its own, has no graphs to run, or scales its operands.</exception>
    public static NetworkBackend Open(string text)
    {
        var catalog = PlatformCatalog.Default();
        var offer = catalog.Find(text);
        if (offer.Platform.Engine == Emulated && !Unscaled.Contains(offer.Platform.Precision.Split('-')[0]))
        {
            throw new UsageException(
                $"{offer.Platform} scales and rounds what it multiplies, so a single sum does not show its unit. Ask the unit itself, by a name of `hspi units list {offer.Platform.Architecture}`.");
        }

        var backend = catalog.Open(offer);
        return backend as NetworkBackend ?? throw new UsageException(
            $"{backend.Platform} runs in a process of its own; only platforms that need no variables of their own can be asked for sums.");
    }

    /// <summary>Answers to the numeric probes that a bare matrix product can be asked: no addend, no block scales.</summary>
    /// <param name="backend">The platform.</param>
    /// <param name="probes">The numeric probes.</param>
    public static Dictionary<string, ulong> Answers(NetworkBackend backend, IReadOnlyList<NumericProbe> probes)
    {
        var precision = backend.Platform.Precision;
        // Operands of the precision's own type; a platform of unknown precision gets floats.
        var input = KnownFormats.All.FirstOrDefault(format => precision.Split('-')[0] == format.Name) ?? KnownFormats.Fp32;
        var asked = probes.Where(probe => probe.A == input && probe.B == input && probe.D == KnownFormats.Fp32
            && probe.C == 0 && probe.LeftScales.Length == 0);
        return asked.ToDictionary(probe => probe.Id, probe => (ulong)BitConverter.SingleToUInt32Bits(backend.Dot(
            [.. probe.LeftWords.Select(word => (float)probe.A.Decode(word).ToDouble())],
            [.. probe.RightWords.Select(word => (float)probe.B.Decode(word).ToDouble())],
            rows: 16,
            columns: 16)));
    }
}
