namespace Hspi.Cuda.Kernels;

/// <summary>Functions of CUDA's own library, which only its compiler can write out: d[i] = f(a[i]).</summary>
internal static class CompiledFunction
{
    /// <summary>Name and expression of each.</summary>
    public static IReadOnlyList<(string Name, string Expression)> All { get; } =
    [
        ("accurate_logf", "logf(x)"),
        ("intrinsic_logf", "__logf(x)"),
        ("accurate_expf", "expf(x)"),
        ("intrinsic_expf", "__expf(x)"),
    ];

    /// <summary>CUDA C; the entry and its parameters are those of <see cref="FunctionKernel"/>.</summary>
    public static string Source(string name) =>
        $$"""
        extern "C" __global__ void {{name}}(const float *a, const float *b, const float *c, float *d, unsigned tiles)
        {
            unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i < tiles)
            {
                float x = a[i];
                d[i] = {{All.Single(one => one.Name == name).Expression}};
            }
        }
        """;
}
