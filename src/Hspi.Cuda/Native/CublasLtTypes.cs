using Hspi.Numerics.Formats;

namespace Hspi.Cuda.Native;

/// <summary>Element types and compute mode of one product, by their numbers in library_types.h and cublas_api.h.</summary>
/// <param name="Name">Name in reports, such as <c>bf16</c>.</param>
/// <param name="Operand"><c>cudaDataType_t</c> of A and B.</param>
/// <param name="Output"><c>cudaDataType_t</c> of C and D.</param>
/// <param name="Compute"><c>cublasComputeType_t</c>.</param>
/// <param name="OperandFormat">What A and B hold.</param>
/// <param name="OutputFormat">What D holds.</param>
/// <param name="FastAccumulation"><c>CUBLASLT_MATMUL_DESC_FAST_ACCUM</c>: FP8 stays in the unit's accumulator over all of K.</param>
public sealed record CublasLtTypes(
    string Name, int Operand, int Output, int Compute, NumberFormat OperandFormat, NumberFormat OutputFormat, bool FastAccumulation = false)
{
    private const int Float32 = 0;
    private const int Float16 = 2;
    private const int BFloat16 = 14;
    private const int E4M3 = 28;
    private const int ComputeFloat32 = 68;
    private const int ComputeFastTf32 = 77;

    /// <summary>The combinations that are asked.</summary>
    /// <remarks>Source: library_types.h, cublas_api.h of CUDA 12.4; the numbers have not changed since CUDA 11.8.</remarks>
    public static IReadOnlyList<CublasLtTypes> All { get; } =
    [
        new("fp32", Float32, Float32, ComputeFloat32, KnownFormats.Fp32, KnownFormats.Fp32),
        new("tf32", Float32, Float32, ComputeFastTf32, KnownFormats.Tf32, KnownFormats.Fp32),
        new("fp16", Float16, Float32, ComputeFloat32, KnownFormats.Fp16, KnownFormats.Fp32),
        new("bf16", BFloat16, Float32, ComputeFloat32, KnownFormats.Bf16, KnownFormats.Fp32),
        new("fp16-out16", Float16, Float16, ComputeFloat32, KnownFormats.Fp16, KnownFormats.Fp16),
        new("bf16-out16", BFloat16, BFloat16, ComputeFloat32, KnownFormats.Bf16, KnownFormats.Bf16),
        new("e4m3", E4M3, Float32, ComputeFloat32, KnownFormats.E4M3, KnownFormats.Fp32),
        new("e4m3-fast", E4M3, Float32, ComputeFloat32, KnownFormats.E4M3, KnownFormats.Fp32, FastAccumulation: true),
    ];

    /// <summary>Bytes of one element of A or B.</summary>
    public int OperandBytes => OperandFormat.StorageBits / 8;

    /// <summary>Bytes of one element of D.</summary>
    public int OutputBytes => OutputFormat.StorageBits / 8;

    /// <summary>The combination of that name.</summary>
    public static CublasLtTypes Of(string name) => All.Single(one => one.Name == name);
}
