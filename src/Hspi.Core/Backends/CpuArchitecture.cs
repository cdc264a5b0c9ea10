using System.Runtime.Intrinsics.X86;

namespace Hspi.Backends;

/// <summary>The widest instruction set of this machine's CPU that libraries choose kernels by.</summary>
public static class CpuArchitecture
{
    /// <summary>The value of the column <c>arch</c>: <c>avx512</c>, <c>avx2</c>, <c>sse41</c>, or <c>arm64</c>.</summary>
    public static string Name { get; } =
        Avx512F.IsSupported ? "avx512"
        : Avx2.IsSupported ? "avx2"
        : Sse41.IsSupported ? "sse41"
        : System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
}
