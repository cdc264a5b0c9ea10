using System.Runtime.InteropServices;

namespace Hspi.Numerics.Gemm;

/// <summary>Memory with any content, that does not move and starts on a cache line: a vector store that crosses a line cannot be
/// forwarded to the load after it. Not the garbage collector's, which would have to pin what lives for one product.</summary>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const nuint CacheLine = 64;
    private const nuint LargestSpare = 64 << 20;

    // The last buffer that this thread gave back. Fresh pages from the system cost more than packing into them.
    [ThreadStatic]
    private static T* _spare;

    [ThreadStatic]
    private static nuint _spareBytes;

    private readonly nuint _bytes;
    private T* _pointer;

    public AlignedBuffer(long length)
    {
        _bytes = checked((nuint)Math.Max(1, length) * (nuint)sizeof(T));
        if (_spareBytes >= _bytes && _spareBytes / 4 <= _bytes)
        {
            _pointer = _spare;
            _bytes = _spareBytes;
            _spare = null;
            _spareBytes = 0;
        }
        else
        {
            _pointer = (T*)NativeMemory.AlignedAlloc(_bytes, CacheLine);
        }
    }

    ~AlignedBuffer() => NativeMemory.AlignedFree(_pointer);

    /// <summary>Valid until this object is disposed of or unreachable.</summary>
    public T* Pointer => _pointer;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_pointer != null && _bytes > _spareBytes && _bytes <= LargestSpare)
        {
            NativeMemory.AlignedFree(_spare);
            _spare = _pointer;
            _spareBytes = _bytes;
        }
        else
        {
            NativeMemory.AlignedFree(_pointer);
        }
        _pointer = null;
    }
}
