using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Kernels;

/// <summary>One matrix instruction of the PTX manual, as a row.</summary>
/// <param name="Path">How it is issued: <c>mma.sync</c> (one warp, operands in registers) or <c>wgmma</c> (four warps, operands in shared memory).</param>
/// <param name="K">Products in one sum.</param>
/// <param name="OutputType">Type of C and D: <c>f32</c>, <c>f16</c> or <c>f64</c>.</param>
/// <param name="AType">Type of A as PTX spells it: <c>f16</c>, <c>bf16</c>, <c>tf32</c>, <c>e4m3</c>, <c>e5m2</c>, <c>f64</c>.</param>
/// <param name="BType">Type of B.</param>
/// <param name="MinimumCapability">Compute capability that has it, times ten.</param>
public sealed record MatrixInstruction(InstructionPath Path, int K, string OutputType, string AType, string BType, int MinimumCapability)
{
    /// <summary>Every instruction that a Hopper card is asked.</summary>
    /// <remarks>Source: PTX ISA 8.7, sections 9.7.14 (mma) and 9.7.15 (wgmma).</remarks>
    public static IReadOnlyList<MatrixInstruction> All { get; } =
    [
        new(InstructionPath.MmaSync, 16, "f32", "f16", "f16", 80),
        new(InstructionPath.MmaSync, 8, "f32", "f16", "f16", 75),
        new(InstructionPath.MmaSync, 16, "f16", "f16", "f16", 80),
        new(InstructionPath.MmaSync, 8, "f16", "f16", "f16", 75),
        new(InstructionPath.MmaSync, 16, "f32", "bf16", "bf16", 80),
        new(InstructionPath.MmaSync, 8, "f32", "bf16", "bf16", 80),
        new(InstructionPath.MmaSync, 8, "f32", "tf32", "tf32", 80),
        new(InstructionPath.MmaSync, 4, "f32", "tf32", "tf32", 80),
        new(InstructionPath.MmaSync, 32, "f32", "e4m3", "e4m3", 89),
        new(InstructionPath.MmaSync, 32, "f32", "e5m2", "e5m2", 89),
        new(InstructionPath.MmaSync, 32, "f32", "e4m3", "e5m2", 89),
        new(InstructionPath.MmaSync, 32, "f16", "e4m3", "e4m3", 89),
        new(InstructionPath.MmaSync, 32, "f16", "e5m2", "e5m2", 89),
        new(InstructionPath.MmaSync, 4, "f64", "f64", "f64", 80),
        new(InstructionPath.Wgmma, 16, "f32", "f16", "f16", 90),
        new(InstructionPath.Wgmma, 16, "f16", "f16", "f16", 90),
        new(InstructionPath.Wgmma, 16, "f32", "bf16", "bf16", 90),
        new(InstructionPath.Wgmma, 8, "f32", "tf32", "tf32", 90),
        new(InstructionPath.Wgmma, 32, "f32", "e4m3", "e4m3", 90),
        new(InstructionPath.Wgmma, 32, "f32", "e5m2", "e5m2", 90),
        new(InstructionPath.Wgmma, 32, "f32", "e4m3", "e5m2", 90),
        new(InstructionPath.Wgmma, 32, "f32", "e5m2", "e4m3", 90),
        new(InstructionPath.Wgmma, 32, "f16", "e4m3", "e4m3", 90),
        new(InstructionPath.Wgmma, 32, "f16", "e5m2", "e5m2", 90),
    ];

    /// <summary>Rows of A and D in one tile.</summary>
    public int M => Path == InstructionPath.Wgmma ? 64 : AType == "f64" ? 8 : 16;

    /// <summary>Columns of B and D in one tile, for every instruction here.</summary>
    public const int N = 8;

    /// <summary>Bytes of one row of A, and of one column of B: 16 or 32 for every instruction here.</summary>
    public int RowBytes => K * SizeOf(AType);

    /// <summary>Bytes of one element of C and D.</summary>
    public int OutputBytes => SizeOf(OutputType);

    /// <summary>The instruction as the manual spells it.</summary>
    public string Mnemonic => Path switch
    {
        InstructionPath.MmaSync => $"mma.sync.aligned.m{M}n{N}k{K}.row.col.{OutputType}.{AType}.{BType}.{OutputType}",
        InstructionPath.Wgmma => $"wgmma.mma_async.sync.aligned.m{M}n{N}k{K}.{OutputType}.{AType}.{BType}",
        _ => throw new InvalidOperationException($"Path {Path} has no spelling."),
    };

    /// <summary>The least architecture, as PTX spells it. Only <c>sm_90a</c> has wgmma, and no other chip runs what is built for it.</summary>
    public string Target => Path == InstructionPath.Wgmma ? "sm_90a" : $"sm_{MinimumCapability}";

    /// <summary>The first version of PTX that has it.</summary>
    /// <remarks>Source: "PTX ISA Notes" of mma and wgmma. FP8 into f16 through mma.sync is the newest: CUDA 12.8.</remarks>
    public string PtxVersion => (Path, AType, OutputType) switch
    {
        (InstructionPath.Wgmma, _, _) => "8.0",
        (_, "e4m3" or "e5m2", "f16") => "8.7",
        (_, "e4m3" or "e5m2", _) => "8.4",
        (_, "f16", _) when MinimumCapability < 80 => "6.5",
        _ => "7.0",
    };

    /// <summary>A name that a kernel, a file and a report can carry.</summary>
    public string Name => $"{(Path == InstructionPath.Wgmma ? "wgmma" : "mma")}_k{K}_{AType}_{BType}_{OutputType}";

    /// <summary>What the table of units says that it computes on chips of a generation.</summary>
    /// <exception cref="HspiException">The table does not say.</exception>
    public KnownUnit RowOf(Architecture architecture) =>
        KnownUnits.Find(architecture, FormatOf(AType), FormatOf(BType), FormatOf(OutputType), Path)
        ?? throw new HspiException($"The table of units has no row for {Mnemonic} on {architecture.Name}. Add one to UnitTable.");

    private static int SizeOf(string type) => FormatOf(type).StorageBits / 8;

    private static NumberFormat FormatOf(string type) => type switch
    {
        "f64" => KnownFormats.Fp64,
        "f32" => KnownFormats.Fp32,
        "tf32" => KnownFormats.Tf32,
        "f16" => KnownFormats.Fp16,
        "bf16" => KnownFormats.Bf16,
        "e4m3" => KnownFormats.E4M3,
        "e5m2" => KnownFormats.E5M2,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type without a format."),
    };
}
