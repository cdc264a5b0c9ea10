using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hspi.Cuda.Native;

/// <summary>NVIDIA's run-time compiler: CUDA C text to PTX, without a card and without a driver. Late bound.</summary>
/// <remarks>Source: nvrtc.h of CUDA 12.4; unchanged since CUDA 11. It loads libnvrtc-builtins of its own version, which must lie beside it.</remarks>
internal sealed unsafe class Nvrtc
{
    private static readonly string[] Candidates = ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"];

    private readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> _create;
    private readonly delegate* unmanaged<nint*, int> _destroy;
    private readonly delegate* unmanaged<nint, int, byte**, int> _compile;
    private readonly delegate* unmanaged<nint, nuint*, int> _ptxSize;
    private readonly delegate* unmanaged<nint, byte*, int> _ptx;
    private readonly delegate* unmanaged<nint, nuint*, int> _logSize;
    private readonly delegate* unmanaged<nint, byte*, int> _log;

    private Nvrtc(LateLibrary library)
    {
        _create = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)library.Export("nvrtcCreateProgram");
        _destroy = (delegate* unmanaged<nint*, int>)library.Export("nvrtcDestroyProgram");
        _compile = (delegate* unmanaged<nint, int, byte**, int>)library.Export("nvrtcCompileProgram");
        _ptxSize = (delegate* unmanaged<nint, nuint*, int>)library.Export("nvrtcGetPTXSize");
        _ptx = (delegate* unmanaged<nint, byte*, int>)library.Export("nvrtcGetPTX");
        _logSize = (delegate* unmanaged<nint, nuint*, int>)library.Export("nvrtcGetProgramLogSize");
        _log = (delegate* unmanaged<nint, byte*, int>)library.Export("nvrtcGetProgramLog");
        int major;
        int minor;
        ThrowIfFailed(((delegate* unmanaged<int*, int*, int>)library.Export("nvrtcVersion"))(&major, &minor));
        Version = $"{major}.{minor}";
    }

    /// <summary>The toolkit that it belongs to, such as <c>13.0</c>.</summary>
    public string Version { get; }

    /// <summary>Opens the library.</summary>
    public static bool TryOpen([NotNullWhen(true)] out Nvrtc? library, out string whyNot)
    {
        library = LateLibrary.TryLoad(Candidates, out var found, out whyNot) ? new Nvrtc(found) : null;
        return library is not null;
    }

    /// <summary>Compiles a text without includes.</summary>
    /// <param name="source">CUDA C.</param>
    /// <param name="capability">Compute capability times ten.</param>
    /// <returns>PTX.</returns>
    /// <exception cref="HspiException">It does not compile; the message holds the compiler's own words.</exception>
    public string Compile(string source, int capability)
    {
        nint program;
        fixed (byte* text = Encoding.ASCII.GetBytes(source + "\0"), name = "function.cu\0"u8, option = Encoding.ASCII.GetBytes($"--gpu-architecture=compute_{capability}\0"))
        {
            ThrowIfFailed(_create(&program, text, name, 0, null, null));
            try
            {
                var options = stackalloc byte*[] { option };
                var status = _compile(program, 1, options);
                return status == 0 ? Text(program, _ptxSize, _ptx) : throw new HspiException($"NVRTC {Version}: status {status}. {Text(program, _logSize, _log)}");
            }
            finally
            {
                _ = _destroy(&program);
            }
        }
    }

    private static string Text(nint program, delegate* unmanaged<nint, nuint*, int> sizeOf, delegate* unmanaged<nint, byte*, int> copy)
    {
        nuint size;
        ThrowIfFailed(sizeOf(program, &size));
        var bytes = new byte[size];
        fixed (byte* to = bytes)
        {
            ThrowIfFailed(copy(program, to));
        }

        return Encoding.ASCII.GetString(bytes).TrimEnd('\0').Trim();
    }

    private static void ThrowIfFailed(int status, [CallerArgumentExpression(nameof(status))] string? call = null)
    {
        if (status != 0)
        {
            throw new HspiException($"NVRTC: status {status} from {call}. Set LD_LIBRARY_PATH to the folder of libnvrtc-builtins.");
        }
    }
}
