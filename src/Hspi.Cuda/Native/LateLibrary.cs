using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Hspi.Cuda.Native;

/// <summary>A native library that may be absent: found under one of several names at run time, never at load time of this assembly.</summary>
internal sealed class LateLibrary
{
    private readonly nint _handle;

    private LateLibrary(nint handle, string fileName)
    {
        _handle = handle;
        FileName = fileName;
    }

    /// <summary>The name under which it was found, such as <c>libcublasLt.so.13</c>.</summary>
    public string FileName { get; }

    /// <summary>Loads the first of <paramref name="candidates"/> that this machine has, newest first.</summary>
    /// <param name="candidates">File names as the loader looks them up, in order of preference.</param>
    /// <param name="library">The library; null when none is there.</param>
    /// <param name="whyNot">One sentence that names what was looked for; empty when found.</param>
    public static bool TryLoad(IReadOnlyList<string> candidates, [NotNullWhen(true)] out LateLibrary? library, out string whyNot)
    {
        foreach (var name in candidates)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                library = new LateLibrary(handle, name);
                whyNot = "";
                return true;
            }
        }

        library = null;
        whyNot = $"none of {string.Join(", ", candidates)} is installed on this machine";
        return false;
    }

    /// <summary>Address of an exported function.</summary>
    /// <exception cref="HspiException">The library is too old or too new to have it.</exception>
    public nint Export(string function) =>
        NativeLibrary.TryGetExport(_handle, function, out var address)
            ? address
            : throw new HspiException($"{FileName} has no function {function}. HSPI knows CUDA 11 to 13; install one of them.");
}
