using System.Runtime.InteropServices;

namespace Hspi.Numerics.Gemm;

/// <summary>Zeroed memory that does not move and starts on a cache line: a vector store that crosses a line cannot be forwarded
/// to the load after it. Not the garbage collector's, which would copy or pin what lives for one product.</summary>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const nuint CacheLine = 64;

    private T* _pointer;

    public AlignedBuffer(long length)
    {
        nuint bytes = checked((nuint)length * (nuint)sizeof(T));
        _pointer = (T*)NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear(_pointer, bytes);
        Length = length;
    }

    ~AlignedBuffer() => Dispose();

    public long Length { get; }

    /// <summary>Valid until this object is disposed of or unreachable.</summary>
    public T* Pointer => _pointer;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        GC.SuppressFinalize(this);
    }
}
