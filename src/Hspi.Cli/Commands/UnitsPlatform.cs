using Hspi.Backends;
using Hspi.Cli.Backends;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Probing;

namespace Hspi.Cli.Commands;

/// <summary>A platform of this machine, asked for single dot products instead of networks.</summary>
internal static class UnitsPlatform
{
    /// <summary>Whether the text means a platform (<c>key=value</c>) and not a unit or a file.</summary>
    public static bool IsMeant(string text) => text.Contains('=', StringComparison.Ordinal) && !File.Exists(text);

    /// <summary>Opens it in this process.</summary>
    /// <exception cref="UsageException">It runs in a process of its own, or has no graphs to run.</exception>
    public static NetworkBackend Open(string text)
    {
        var catalog = PlatformCatalog.Default();
        var backend = catalog.Open(catalog.Find(text));
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
