using System.Runtime.InteropServices;

namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Memory from the operating system. Each thread keeps the last few pieces that it gave back and uses them again.</summary>
/// <remarks>Touching fresh pages takes longer than packing operands into them, and making an object with a finalizer longer than a small product.</remarks>
internal sealed unsafe class NativePiece : IDisposable
{
    private const nuint CacheLine = 64;
    private const nuint LargestSpare = 16 << 20;

    // A product needs five: both sides' values and codes, and the sums.
    private const int MostSpares = 8;

    [ThreadStatic]
    private static NativePiece?[]? _spares;

    private readonly nuint _bytes;

    private NativePiece(nuint bytes)
    {
        _bytes = bytes;
        Pointer = NativeMemory.AlignedAlloc(bytes, CacheLine);
    }

    // Frees also what a thread kept that has ended.
    ~NativePiece() => NativeMemory.AlignedFree(Pointer);

    public void* Pointer { get; }

    /// <summary>At least <paramref name="bytes"/>, on a cache line, with any content.</summary>
    public static NativePiece Rent(nuint bytes)
    {
        NativePiece?[] spares = _spares ??= new NativePiece?[MostSpares];
        int best = -1;
        for (int i = 0; i < spares.Length; i++)
        {
            // Not one that is far too large: a small product would keep the memory of a large one.
            if (spares[i] is { } spare && spare._bytes >= bytes && spare._bytes / 4 <= bytes
                && (best < 0 || spare._bytes < spares[best]!._bytes))
            {
                best = i;
            }
        }
        if (best < 0)
        {
            return new NativePiece(bytes);
        }
        NativePiece found = spares[best]!;
        spares[best] = null;
        return found;
    }

    /// <summary>Gives the memory back; where there are too many spares, the smallest one goes.</summary>
    public void Return()
    {
        NativePiece leaving = this;
        if (_bytes <= LargestSpare)
        {
            NativePiece?[] spares = _spares ??= new NativePiece?[MostSpares];
            int smallest = 0;
            for (int i = 1; i < spares.Length; i++)
            {
                smallest = (spares[i]?._bytes ?? 0) < (spares[smallest]?._bytes ?? 0) ? i : smallest;
            }
            if (spares[smallest] is not { } least)
            {
                spares[smallest] = this;
                return;
            }
            if (least._bytes < _bytes)
            {
                (leaving, spares[smallest]) = (least, this);
            }
        }
        leaving.Dispose();
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        NativeMemory.AlignedFree(Pointer);
    }
}
