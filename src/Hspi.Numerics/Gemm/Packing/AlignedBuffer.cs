namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Memory with any content, that does not move and starts on a cache line: a vector store that crosses a line cannot be
/// forwarded to the load after it. Not the garbage collector's, which would have to pin what lives for one product.</summary>
internal sealed unsafe class AlignedBuffer<T>(long length) : IDisposable
    where T : unmanaged
{
    private NativePiece? _piece = NativePiece.Rent(checked((nuint)Math.Max(1, length) * (nuint)sizeof(T)));

    /// <summary>Valid until this object is disposed of or unreachable.</summary>
    public T* Pointer => _piece is { } piece ? (T*)piece.Pointer : null;

    public void Dispose()
    {
        _piece?.Return();
        _piece = null;
    }
}
