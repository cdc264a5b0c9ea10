using Hspi.Numerics.Units;
using static Hspi.Backends.Emulated.DevicePrecision;

namespace Hspi.Backends.Emulated;

/// <summary>A GPU that can be computed: its generation, and the precisions that servers use on it.</summary>
/// <param name="Name">The card, such as <c>h100</c>.</param>
/// <param name="Architecture">Our name of its generation, which alone decides the bits: <c>hopper</c>.</param>
/// <param name="Precisions">Those that are listed, and so part of <c>collect --all</c>.</param>
/// <param name="BrainPath">The instruction that libraries take for BF16, where there are several with different sums.</param>
/// <param name="Divided">Whether the ways of dividing the work are offered as platforms of their own.</param>
internal sealed record EmulatedDevice(
    string Name, string Architecture, IReadOnlyList<DevicePrecision> Precisions, InstructionPath? BrainPath = null, bool Divided = false)
{
    /// <summary>One card per distinguishable generation; others of the same generation compute the same bits.</summary>
    public static IReadOnlyList<EmulatedDevice> All { get; } =
    [
        new("v100", "volta", [Fp16]),
        new("t4", "turing", [Fp16]),
        new("a100", "ampere", [Fp16, Bf16], Divided: true),
        new("l40s", "ada", [Fp16, Bf16, Fp8]),
        new("h100", "hopper", [Fp16, Bf16, Fp8], Divided: true),
        new("b200", "blackwell", [Fp16, Bf16, Fp8]) { OnRequest = [MxFp8, MxFp4, NvFp4] },
        new("rtx5090", "rtxblackwell", []) { OnRequest = [Fp16, Bf16, Fp8, MxFp8, MxFp4, NvFp4] },
        new("mi100", "cdna1", [Fp16, Bf16]),
        // rocBLAS and Tensile take the _1k instructions wherever the chip has them.
        new("mi250x", "cdna2", [Fp16, Bf16], BrainPath: InstructionPath.Mfma1k),
        new("mi300x", "cdna3", [Fp16, Bf16], Divided: true) { OnRequest = [Fp8] },
    ];

    /// <summary>More precisions, which only a text that names them means: they came after the committed datasets.</summary>
    public IReadOnlyList<DevicePrecision> OnRequest { get; init; } = [];

    /// <summary>Its precision of this name, listed or on request.</summary>
    /// <exception cref="InvalidOperationException">It has none of this name.</exception>
    public DevicePrecision Precision(string name) => Precisions.Concat(OnRequest).Single(precision => precision.Name == name);
}
