namespace Hspi.Cuda.Native;

/// <summary>The CUDA runtime library, late bound: asked only for its version, which names the toolkit that libraries came with.</summary>
internal static unsafe class CudaRuntime
{
    private static readonly string[] Candidates = ["libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0"];

    /// <summary>File and version, such as <c>libcudart.so.13 13.0</c>; or why there is none.</summary>
    public static string Describe()
    {
        if (!LateLibrary.TryLoad(Candidates, out var library, out var whyNot))
        {
            return whyNot;
        }

        int version;
        var status = ((delegate* unmanaged<int*, int>)library.Export("cudaRuntimeGetVersion"))(&version);
        return status == 0 ? $"{library.FileName} {version / 1000}.{version % 1000 / 10}" : $"{library.FileName}: status {status} from cudaRuntimeGetVersion";
    }
}
