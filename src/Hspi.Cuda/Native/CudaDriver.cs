using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hspi.Cuda.Native;

/// <summary>The part of the CUDA driver API that runs a kernel given as PTX text. Late bound; one instance per process.</summary>
/// <remarks>Source: CUDA Driver API reference. The functions with suffix _v2 are the 64-bit forms, unchanged since CUDA 3.2.</remarks>
internal sealed unsafe class CudaDriver
{
    private static readonly string[] Candidates = ["libcuda.so.1", "nvcuda.dll"];

    private readonly delegate* unmanaged<uint, int> _init;
    private readonly delegate* unmanaged<int*, int> _driverVersion;
    private readonly delegate* unmanaged<int*, int> _deviceCount;
    private readonly delegate* unmanaged<int*, int, int> _deviceGet;
    private readonly delegate* unmanaged<byte*, int, int, int> _deviceName;
    private readonly delegate* unmanaged<int*, int, int, int> _deviceAttribute;
    private readonly delegate* unmanaged<nint*, int, int> _retainPrimaryContext;
    private readonly delegate* unmanaged<nint, int> _setContext;
    private readonly delegate* unmanaged<nint*, byte*, uint, int*, void**, int> _loadModule;
    private readonly delegate* unmanaged<nint*, nint, byte*, int> _getFunction;
    private readonly delegate* unmanaged<ulong*, nuint, int> _allocate;
    private readonly delegate* unmanaged<ulong, int> _free;
    private readonly delegate* unmanaged<ulong, void*, nuint, int> _toDevice;
    private readonly delegate* unmanaged<void*, ulong, nuint, int> _toHost;
    private readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> _launch;
    private readonly delegate* unmanaged<int> _synchronize;
    private readonly delegate* unmanaged<int, byte**, int> _errorName;
    private nint _context;

    private CudaDriver(LateLibrary library)
    {
        _init = (delegate* unmanaged<uint, int>)library.Export("cuInit");
        _driverVersion = (delegate* unmanaged<int*, int>)library.Export("cuDriverGetVersion");
        _deviceCount = (delegate* unmanaged<int*, int>)library.Export("cuDeviceGetCount");
        _deviceGet = (delegate* unmanaged<int*, int, int>)library.Export("cuDeviceGet");
        _deviceName = (delegate* unmanaged<byte*, int, int, int>)library.Export("cuDeviceGetName");
        _deviceAttribute = (delegate* unmanaged<int*, int, int, int>)library.Export("cuDeviceGetAttribute");
        _retainPrimaryContext = (delegate* unmanaged<nint*, int, int>)library.Export("cuDevicePrimaryCtxRetain");
        _setContext = (delegate* unmanaged<nint, int>)library.Export("cuCtxSetCurrent");
        _loadModule = (delegate* unmanaged<nint*, byte*, uint, int*, void**, int>)library.Export("cuModuleLoadDataEx");
        _getFunction = (delegate* unmanaged<nint*, nint, byte*, int>)library.Export("cuModuleGetFunction");
        _allocate = (delegate* unmanaged<ulong*, nuint, int>)library.Export("cuMemAlloc_v2");
        _free = (delegate* unmanaged<ulong, int>)library.Export("cuMemFree_v2");
        _toDevice = (delegate* unmanaged<ulong, void*, nuint, int>)library.Export("cuMemcpyHtoD_v2");
        _toHost = (delegate* unmanaged<void*, ulong, nuint, int>)library.Export("cuMemcpyDtoH_v2");
        _launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)library.Export("cuLaunchKernel");
        _synchronize = (delegate* unmanaged<int>)library.Export("cuCtxSynchronize");
        _errorName = (delegate* unmanaged<int, byte**, int>)library.Export("cuGetErrorName");
    }

    /// <summary>Opens the driver and its first card.</summary>
    /// <param name="driver">The driver with a context on <paramref name="card"/>, used from any thread; null when unavailable.</param>
    /// <param name="card">What the driver says of the card; null when unavailable.</param>
    /// <param name="whyNot">One sentence; empty when available.</param>
    public static bool TryOpen([NotNullWhen(true)] out CudaDriver? driver, [NotNullWhen(true)] out CudaCard? card, out string whyNot)
    {
        driver = null;
        card = null;
        if (!LateLibrary.TryLoad(Candidates, out var library, out whyNot))
        {
            whyNot += "; NVIDIA's driver brings it: Debian's package libcuda1, Ubuntu's libnvidia-compute";
            return false;
        }

        var opened = new CudaDriver(library);
        // An installed driver without a card is ordinary (containers): a reason, not an exception.
        var status = opened._init(0);
        int count = 0;
        if (status == 0)
        {
            status = opened._deviceCount(&count);
        }

        if (status != 0 || count == 0)
        {
            whyNot = status != 0 ? $"{library.FileName}: {opened.NameOf(status)}" : $"{library.FileName} sees no card";
            return false;
        }

        card = opened.OpenFirstCard();
        driver = opened;
        return true;
    }

    /// <summary>Compiles PTX text for the card and returns the handle of one of its kernels.</summary>
    /// <exception cref="HspiException">The driver refuses the text; the message holds its own words.</exception>
    public nint LoadKernel(string ptx, string kernel)
    {
        const int ErrorLogBuffer = 5;
        const int ErrorLogBufferBytes = 6;
        var text = Encoding.ASCII.GetBytes(ptx + "\0");
        var name = Encoding.ASCII.GetBytes(kernel + "\0");
        var log = new byte[8192];
        nint module;
        nint function;
        MakeCurrent();
        fixed (byte* image = text, entry = name, words = log)
        {
            var options = stackalloc int[] { ErrorLogBuffer, ErrorLogBufferBytes };
            var values = stackalloc void*[] { words, (void*)log.Length };
            var status = _loadModule(&module, image, 2, options, values);
            if (status != 0)
            {
                var said = Encoding.ASCII.GetString(log).TrimEnd('\0').Trim();
                throw new HspiException($"The driver refuses kernel {kernel}: {NameOf(status)}. {said}");
            }

            ThrowIfFailed(_getFunction(&function, module, entry));
        }

        return function;
    }

    /// <summary>Allocates device memory; the caller frees it.</summary>
    public ulong Allocate(long bytes)
    {
        ulong address;
        MakeCurrent();
        ThrowIfFailed(_allocate(&address, (nuint)bytes));
        return address;
    }

    /// <summary>Frees what <see cref="Allocate"/> gave.</summary>
    /// <remarks>Throws nothing: it fails only after another call has failed, and that call's exception must not be lost.</remarks>
    public void Free(ulong address)
    {
        _ = _setContext(_context);
        _ = _free(address);
    }

    /// <summary>Copies to the device, and waits.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> source)
    {
        MakeCurrent();
        fixed (byte* from = source)
        {
            ThrowIfFailed(_toDevice(address, from, (nuint)source.Length));
        }
    }

    /// <summary>Copies from the device, and waits.</summary>
    public void Read(ulong address, Span<byte> destination)
    {
        MakeCurrent();
        fixed (byte* to = destination)
        {
            ThrowIfFailed(_toHost(to, address, (nuint)destination.Length));
        }
    }

    /// <summary>Runs a kernel whose parameters are device addresses followed by one 32-bit count, and waits for it.</summary>
    public void Launch(nint kernel, int blocks, int threads, ReadOnlySpan<ulong> addresses, uint count)
    {
        Span<ulong> values = [.. addresses, count];
        var parameters = stackalloc void*[values.Length];
        MakeCurrent();
        fixed (ulong* first = values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                parameters[i] = first + i; // little-endian: the low half of the last one is the 32-bit count
            }

            ThrowIfFailed(_launch(kernel, (uint)blocks, 1, 1, (uint)threads, 1, 1, 0, 0, parameters, null));
        }

        ThrowIfFailed(_synchronize());
    }

    private CudaCard OpenFirstCard()
    {
        const int MultiprocessorCount = 16;
        const int ComputeCapabilityMajor = 75;
        const int ComputeCapabilityMinor = 76;
        int device;
        int version;
        ThrowIfFailed(_deviceGet(&device, 0));
        ThrowIfFailed(_driverVersion(&version));
        var name = new byte[256];
        fixed (byte* text = name)
        {
            ThrowIfFailed(_deviceName(text, name.Length, device));
        }

        nint context;
        ThrowIfFailed(_retainPrimaryContext(&context, device));
        _context = context;
        MakeCurrent();
        return new CudaCard(
            Encoding.UTF8.GetString(name).TrimEnd('\0'),
            (Attribute(device, ComputeCapabilityMajor) * 10) + Attribute(device, ComputeCapabilityMinor),
            Attribute(device, MultiprocessorCount),
            $"{version / 1000}.{version % 1000 / 10}");
    }

    // A context belongs to the thread that set it, and what follows an await may run on another one.
    private void MakeCurrent() => ThrowIfFailed(_setContext(_context));

    private int Attribute(int device, int attribute)
    {
        int value;
        ThrowIfFailed(_deviceAttribute(&value, attribute, device));
        return value;
    }

    private void ThrowIfFailed(int status, [CallerArgumentExpression(nameof(status))] string? call = null)
    {
        if (status != 0)
        {
            throw new HspiException($"CUDA driver: {NameOf(status)} from {call}. See the driver's log (dmesg) and nvidia-smi.");
        }
    }

    private string NameOf(int status)
    {
        byte* name;
        return _errorName(status, &name) == 0
            ? System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name)!
            : $"error {status}";
    }
}

/// <summary>A card as its driver describes it.</summary>
/// <param name="Name">Marketing name, such as <c>NVIDIA H200</c>.</param>
/// <param name="ComputeCapability">Times ten: 90 on Hopper.</param>
/// <param name="Multiprocessors">Number of SMs: libraries choose kernels by it.</param>
/// <param name="CudaVersion">Newest CUDA that the driver supports, such as <c>13.0</c>.</param>
public sealed record CudaCard(string Name, int ComputeCapability, int Multiprocessors, string CudaVersion);
