using BenchmarkDotNet.Attributes;
using Hspi.Numerics.Gemm;

namespace Hspi.Benchmarks;

/// <summary>1024³ on one core, packing of both operands included, beside sgemm; with AVX-512 and without.</summary>
/// <remarks>G multiply-adds per second = 1.0737 / seconds.</remarks>
[Config(typeof(InstructionSets))]
public class ProductBenchmarks
{
    private Workload _work = null!;
    private PackedMatrix _packed = null!;

    /// <summary>Rows of the table of units.</summary>
    [Params("hopper_fp16_fp32", "ampere_bf16_fp32", "hopper_e4m3_fp32", "cdna3_fp16_fp32")]
    public string Unit { get; set; } = "";

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _work = new Workload(Unit);
        _packed = PackedMatrix.Pack(_work.Unit, Workload.Size, Workload.Size, _work.B);
    }

    /// <summary>Frees the packed operand.</summary>
    [GlobalCleanup]
    public void Cleanup() => _packed.Dispose();

    /// <summary>OpenBLAS, or nothing where it is not installed.</summary>
    [Benchmark(Baseline = true)]
    public void Sgemm()
    {
        if (!OpenBlas.IsInstalled)
        {
            throw new InvalidOperationException(OpenBlas.Description);
        }
        OpenBlas.Multiply(Workload.Size, _work.A, _work.B, _work.D);
    }

    /// <summary>Both operands packed here.</summary>
    [Benchmark]
    public void Emulated() =>
        MatrixProduct.Multiply(_work.Unit, Workload.Size, Workload.Size, Workload.Size, _work.A, _work.B, _work.D);

    /// <summary>The right operand packed before, as weights are.</summary>
    [Benchmark]
    public void EmulatedWeights() => MatrixProduct.Multiply(Workload.Size, _work.A, _packed, [], _work.D);
}
