namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Right operands as the kernel reads them, in tiles of 64 columns by 64 terms.</summary>
/// <remarks><code>
/// tile   term 0: b[0..63] | term 1: b[64..127] | ...     floats, times 2^-Offset
///        in this order also the exponent codes, one byte each (CodeOrder)
/// </code></remarks>
internal sealed unsafe class PackedTiles(long tiles) : IDisposable
{
    public const int Columns = 64;
    public const int Operands = Columns * PackedRows.ChunkTerms;

    private readonly AlignedBuffer<float> _values = new(tiles * Operands);
    private readonly AlignedBuffer<byte> _exponents = new(tiles * Operands);

    public float* Values(long tile) => _values.Pointer + (tile * Operands);

    public byte* Exponents(long tile) => _exponents.Pointer + (tile * Operands);

    public void Dispose()
    {
        _values.Dispose();
        _exponents.Dispose();
    }
}
