using Hspi.Numerics.Units;

namespace Hspi.Backends.Emulated;

/// <summary>A GPU that can be computed: its generation, and the precisions that servers use on it.</summary>
/// <param name="Name">The card, such as <c>h100</c>.</param>
/// <param name="Architecture">Our name of its generation, which alone decides the bits: <c>hopper</c>.</param>
/// <param name="Precisions">Any of <c>fp16</c>, <c>bf16</c>, <c>fp8</c>.</param>
/// <param name="BrainPath">The instruction that libraries take for BF16, where there are several with different sums.</param>
/// <param name="Divided">Whether the ways of dividing the work are offered as platforms of their own.</param>
internal sealed record EmulatedDevice(
    string Name, string Architecture, IReadOnlyList<string> Precisions, InstructionPath? BrainPath = null, bool Divided = false)
{
    /// <summary>One card per distinguishable generation; others of the same generation compute the same bits.</summary>
    public static IReadOnlyList<EmulatedDevice> All { get; } =
    [
        new("v100", "volta", ["fp16"]),
        new("t4", "turing", ["fp16"]),
        new("a100", "ampere", ["fp16", "bf16"], Divided: true),
        new("l40s", "ada", ["fp16", "bf16", "fp8"]),
        new("h100", "hopper", ["fp16", "bf16", "fp8"], Divided: true),
        new("b200", "blackwell", ["fp16", "bf16", "fp8"]),
        new("mi100", "cdna1", ["fp16", "bf16"]),
        // rocBLAS and Tensile take the _1k instructions wherever the chip has them.
        new("mi250x", "cdna2", ["fp16", "bf16"], BrainPath: InstructionPath.Mfma1k),
        new("mi300x", "cdna3", ["fp16", "bf16"], Divided: true),
    ];
}
