using System.Runtime.InteropServices;

namespace Hspi.Benchmarks;

/// <summary>OpenBLAS's sgemm on one thread, where the library is installed: the speed that everybody knows.</summary>
internal static unsafe class OpenBlas
{
    private const int RowMajor = 101;
    private const int NoTranspose = 111;

    private static readonly nint Library = Load();

    public static bool IsInstalled => Library != 0;

    /// <summary>What the library says it was built for and runs as, or why there is nothing to say.</summary>
    public static string Description => IsInstalled
        ? Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(Library, "openblas_get_config"))()) ?? ""
        : "libopenblas.so.0 is not installed";

    /// <summary>c = a · b, all [size, size].</summary>
    public static void Multiply(int size, float[] a, float[] b, float[] c)
    {
        var sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(Library, "cblas_sgemm");
        fixed (float* left = a, right = b, result = c)
        {
            sgemm(RowMajor, NoTranspose, NoTranspose, size, size, size, 1, left, size, right, size, 0, result, size);
        }
    }

    private static nint Load()
    {
        if (!NativeLibrary.TryLoad("libopenblas.so.0", out nint library))
        {
            return 0;
        }
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        return library;
    }
}
