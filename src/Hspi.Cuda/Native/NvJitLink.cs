using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hspi.Cuda.Native;

/// <summary>NVIDIA's assembler as a library: PTX text to machine code, without a card and without a driver. Late bound.</summary>
/// <remarks>Source: nvJitLink.h of CUDA 12.4. Part of CUDA 12 and 13; no CUDA 11 has it.</remarks>
internal sealed unsafe class NvJitLink
{
    /// <summary>Names the file of the library where the loader would not find it.</summary>
    public const string FileVariable = "HSPI_NVJITLINK";

    private const int InputPtx = 2;

    private static readonly string[] Candidates = ["libnvJitLink.so.13", "libnvJitLink.so.12"];

    private readonly delegate* unmanaged<nint*, uint, byte**, int> _create;
    private readonly delegate* unmanaged<nint*, int> _destroy;
    private readonly delegate* unmanaged<nint, int, void*, nuint, byte*, int> _add;
    private readonly delegate* unmanaged<nint, int> _complete;
    private readonly delegate* unmanaged<nint, nuint*, int> _codeSize;
    private readonly delegate* unmanaged<nint, void*, int> _code;
    private readonly delegate* unmanaged<nint, nuint*, int> _errorSize;
    private readonly delegate* unmanaged<nint, byte*, int> _error;

    private NvJitLink(LateLibrary library)
    {
        _create = (delegate* unmanaged<nint*, uint, byte**, int>)library.Export("nvJitLinkCreate");
        _destroy = (delegate* unmanaged<nint*, int>)library.Export("nvJitLinkDestroy");
        _add = (delegate* unmanaged<nint, int, void*, nuint, byte*, int>)library.Export("nvJitLinkAddData");
        _complete = (delegate* unmanaged<nint, int>)library.Export("nvJitLinkComplete");
        _codeSize = (delegate* unmanaged<nint, nuint*, int>)library.Export("nvJitLinkGetLinkedCubinSize");
        _code = (delegate* unmanaged<nint, void*, int>)library.Export("nvJitLinkGetLinkedCubin");
        _errorSize = (delegate* unmanaged<nint, nuint*, int>)library.Export("nvJitLinkGetErrorLogSize");
        _error = (delegate* unmanaged<nint, byte*, int>)library.Export("nvJitLinkGetErrorLog");
        uint major;
        uint minor;
        var status = ((delegate* unmanaged<uint*, uint*, int>)library.Export("nvJitLinkVersion"))(&major, &minor);
        Version = status == 0 ? $"{major}.{minor}" : $"status {status} from nvJitLinkVersion";
        FileName = library.FileName;
    }

    /// <summary>The library's file.</summary>
    public string FileName { get; }

    /// <summary>The toolkit that it belongs to, such as <c>12.4</c>.</summary>
    public string Version { get; }

    /// <summary>Opens the library.</summary>
    /// <param name="file">Its file; null takes <see cref="FileVariable"/>, or what the loader finds.</param>
    /// <param name="library">The library; null when unavailable.</param>
    /// <param name="whyNot">One sentence; empty when available.</param>
    public static bool TryOpen(string? file, [NotNullWhen(true)] out NvJitLink? library, out string whyNot)
    {
        file ??= Environment.GetEnvironmentVariable(FileVariable);
        library = LateLibrary.TryLoad(file is { Length: > 0 } ? [file] : Candidates, out var found, out whyNot) ? new NvJitLink(found) : null;
        return library is not null;
    }

    /// <summary>Assembles one kernel.</summary>
    /// <param name="ptx">Its text.</param>
    /// <param name="architecture">Such as <c>sm_90a</c>.</param>
    /// <param name="error">The assembler's own words; empty when it worked.</param>
    /// <returns>The machine code (an ELF file); empty when the text was refused.</returns>
    public byte[] Assemble(string ptx, string architecture, out string error)
    {
        var option = Encoding.ASCII.GetBytes($"-arch={architecture}\0");
        var name = Encoding.ASCII.GetBytes("kernel.ptx\0");
        var text = Encoding.ASCII.GetBytes(ptx + "\0");
        nint link = 0;
        fixed (byte* first = option, source = text, file = name)
        {
            var options = stackalloc byte*[] { first };
            var status = _create(&link, 1, options);
            if (status != 0)
            {
                error = $"status {status}: no assembler for {architecture}";
                return [];
            }

            try
            {
                status = _add(link, InputPtx, source, (nuint)text.Length, file);
                status = status == 0 ? _complete(link) : status;
                error = status == 0 ? "" : $"status {status}: {ErrorOf(link)}";
                return status == 0 ? CodeOf(link) : [];
            }
            finally
            {
                _ = _destroy(&link);
            }
        }
    }

    private byte[] CodeOf(nint link)
    {
        nuint size;
        ThrowIfFailed(_codeSize(link, &size));
        var code = new byte[size];
        fixed (byte* to = code)
        {
            ThrowIfFailed(_code(link, to));
        }

        return code;
    }

    private string ErrorOf(nint link)
    {
        nuint size;
        if (_errorSize(link, &size) != 0 || size == 0)
        {
            return "no reason given";
        }

        var words = new byte[size];
        fixed (byte* to = words)
        {
            // The last line only says again that the text was refused.
            return _error(link, to) != 0 ? "no reason given"
                : string.Join(' ', Encoding.ASCII.GetString(words).TrimEnd('\0').Split('\n').Where(line => !line.StartsWith("ERROR NVJITLINK", StringComparison.Ordinal))).Trim();
        }
    }

    private static void ThrowIfFailed(int status, [CallerArgumentExpression(nameof(status))] string? call = null)
    {
        if (status != 0)
        {
            throw new HspiException($"nvJitLink: status {status} from {call}. Give a libnvJitLink of CUDA 12 or 13.");
        }
    }
}
