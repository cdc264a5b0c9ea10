namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Memory that does not move and starts on a cache line; what it contains at first is undefined.</summary>
/// <remarks>On a cache line, because a processor hands the result of a vector store on to the next load only if both lie within one line. Not from the garbage
/// collector, which would have to pin memory that lives for one product.</remarks>
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
