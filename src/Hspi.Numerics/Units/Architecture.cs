using System.Text.RegularExpressions;

namespace Hspi.Numerics.Units;

/// <summary>A generation of matrix units, and the cards that have it.</summary>
/// <param name="Name">Our name, as in vector files: <c>hopper</c>, <c>cdna3</c>.</param>
/// <param name="Vendor"><c>NVIDIA</c> or <c>AMD</c>.</param>
/// <param name="Gpus">Cards, as people call them.</param>
/// <param name="Pattern">What else names it, as a regular expression over lower-case words parted by single spaces.</param>
public sealed record Architecture(string Name, string Vendor, IReadOnlyList<string> Gpus, string Pattern)
{
    /// <summary>Every known generation, oldest first within its vendor.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("volta", "NVIDIA", ["V100", "TITAN V"], "v100s?|titan v|sm ?70"),
        new("turing", "NVIDIA", ["T4", "RTX 20xx", "Quadro RTX", "TITAN RTX"], "t4g?|rtx ?20[0-9x]{2}|quadro rtx( [0-9]{4})?|titan rtx|sm ?75"),
        new("ampere", "NVIDIA", ["A100", "A800", "A30", "A2", "A10", "A16", "A40", "RTX 30xx", "RTX A6000"],
            "a100x?|a800|a30x?|a2|a10g?|a16|a40|rtx ?30[0-9x]{2}|rtx ?a[0-9]{3,4}|sm ?8[067]"),
        new("ada", "NVIDIA", ["L4", "L20", "L40", "L40S", "RTX 40xx", "RTX 1000 to 6000 Ada"],
            "l2|l4|l20|l40s?|rtx ?40[0-9x]{2}|rtx ?[0-9]{4} ada|sm ?89"),
        new("hopper", "NVIDIA", ["H100", "H200", "H800", "H20", "GH200"], "h100|h200|h800|h20|gh200|sm ?90a?"),
        new("blackwell", "NVIDIA", ["B200", "GB200", "B100", "B300", "GB300"], "b100|b200|gb200|b300|gb300|sm ?10[03][af]?"),
        new("rtxblackwell", "NVIDIA", ["RTX 50xx", "RTX PRO 6000 Blackwell"], "rtx ?50[0-9x]{2}|rtx pro [0-9]{4}|rtx blackwell|sm ?12[01][af]?"),
        new("cdna1", "AMD", ["MI100"], "mi100|gfx908"),
        new("cdna2", "AMD", ["MI210", "MI250", "MI250X"], "mi210|mi250x?|gfx90a"),
        new("cdna3", "AMD", ["MI300X", "MI300A", "MI325X"], "mi300[xa]?|mi325x|gfx94[0-2]"),
    ];

    /// <summary>Finds a generation by its own name or by a card's: <c>hopper</c>, <c>A2</c>, <c>NVIDIA A100-SXM4-80GB</c>, <c>RTX 3060</c>.</summary>
    /// <returns>Null if no row fits.</returns>
    public static Architecture? Find(string text)
    {
        var words = Regex.Replace(text.Trim().ToLowerInvariant(), "[-_/ ]+", " ");
        return All.FirstOrDefault(one => one.Name == words.Replace(" ", "", StringComparison.Ordinal))
            ?? All.FirstOrDefault(one => Regex.IsMatch(words, $"(?<![a-z0-9])({one.Pattern})(?![a-z0-9])", RegexOptions.CultureInvariant));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
