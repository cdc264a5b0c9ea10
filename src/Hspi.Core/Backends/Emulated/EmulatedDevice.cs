using Hspi.Numerics.Units;

namespace Hspi.Backends.Emulated;

/// <summary>A GPU that can be computed: its generation, and the precisions that servers use on it.</summary>
/// <param name="Name">The card, such as <c>h100</c>.</param>
/// <param name="Architecture">Our name of its generation, which alone decides the bits: <c>hopper</c>.</param>
/// <param name="Precisions">Names of <see cref="DevicePrecision"/> that are listed, and so part of <c>collect --all</c>.</param>
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
        new("b200", "blackwell", ["fp16", "bf16", "fp8"]) { OnRequest = ["mxfp8", "mxfp4", "nvfp4"] },
        new("rtx5090", "rtxblackwell", []) { OnRequest = ["fp16", "bf16", "fp8", "mxfp8", "mxfp4", "nvfp4"] },
        new("mi100", "cdna1", ["fp16", "bf16"]),
        // rocBLAS and Tensile take the _1k instructions wherever the chip has them.
        new("mi250x", "cdna2", ["fp16", "bf16"], BrainPath: InstructionPath.Mfma1k),
        new("mi300x", "cdna3", ["fp16", "bf16"], Divided: true) { OnRequest = ["fp8"] },
    ];

    /// <summary>More precisions, which only a text that names them means: they came after the committed datasets.</summary>
    public IReadOnlyList<string> OnRequest { get; init; } = [];
}
