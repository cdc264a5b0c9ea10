using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hspi.Cuda.Native;

/// <summary><c>cublasLtMatmulAlgo_t</c>: eight opaque 64-bit words.</summary>
[InlineArray(8)]
internal struct CublasLtAlgorithm
{
    private ulong _word;
}

/// <summary><c>cublasLtMatmulHeuristicResult_t</c>: 96 bytes in CUDA 11 to 13.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CublasLtHeuristic
{
    /// <summary>The chosen kernel.</summary>
    public CublasLtAlgorithm Algorithm;

    /// <summary>Bytes of workspace that it needs.</summary>
    public nuint WorkspaceBytes;

    /// <summary>0 when the other fields are valid.</summary>
    public int Status;

    /// <summary>Share of the card that is busy; not used.</summary>
    public float Waves;

    private readonly long _reserved0;
    private readonly long _reserved1;
}

/// <summary>The nine fields that decide in which order cuBLASLt adds: its choice, read back.</summary>
/// <param name="AlgorithmId">66 is "nvjet"; 12, 21, 23, 24 are CUTLASS kernels.</param>
/// <param name="Tile">Tile of the output, as an enumeration value.</param>
/// <param name="SplitK">Slices of K; 1 or 0 means none.</param>
/// <param name="ReductionScheme">How slices are merged: 1 in place, 2 in fp32 workspace, 4 in the output type.</param>
/// <param name="Swizzle">Order of the blocks; no effect on bits.</param>
/// <param name="CustomOption">Kernel-specific.</param>
/// <param name="Stages">Depth of the pipeline; fixes block_k.</param>
/// <param name="InnerShape">Shape of the instruction, as an enumeration value.</param>
/// <param name="ClusterShape">Blocks per cluster on Hopper.</param>
public sealed record CublasLtChoice(
    int AlgorithmId, int Tile, int SplitK, int ReductionScheme, int Swizzle, int CustomOption, int Stages, int InnerShape, int ClusterShape);
