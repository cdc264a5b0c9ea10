using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Benchmarks;

/// <summary>OpenBLAS's sgemm on one thread, where the library is installed: the speed that everybody knows.</summary>
internal static unsafe partial class OpenBlas
{
    private const string FileName = "libopenblas.so.0";

    // What the library calls a processor that it does not know.
    private const string Unknown = "Prescott";

    // Of CPUID's leaf 7, in EBX.
    private const int Avx2Bit = 1 << 5;
    private const int Avx512F = 1 << 16;

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
        if (!NativeLibrary.TryLoad(FileName, out nint library))
        {
            return 0;
        }
        if (Core(library) == Unknown && X86Base.IsSupported)
        {
            // A processor that is newer than the library: it would run what it has for any, of 2004, and everything would look fast beside it.
            // What the user has set is not touched.
            NativeLibrary.Free(library);
            (_, int features, _, _) = X86Base.CpuId(7, 0);
            _ = SetEnvironment("OPENBLAS_CORETYPE", (features & Avx512F) != 0 ? "SkylakeX" : (features & Avx2Bit) != 0 ? "Haswell" : Unknown, 0);
            library = NativeLibrary.Load(FileName);
        }
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        return library;
    }

    private static string? Core(nint library) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "openblas_get_corename"))());

    // The library reads its environment with C's functions, which do not see what .NET's set.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
