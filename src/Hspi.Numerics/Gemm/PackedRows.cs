using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>Up to 128 rows of the left operand as the kernel reads them: eight rows at a time, 64 terms at a time.</summary>
/// <remarks><code>
/// group of 8 rows   chunk of 64 terms    row 0: a[0..63] | row 1: a[64..127] | ... | row 7
///                                        and the same again: each exponent code four times in one word
/// </code>
/// A row stays contiguous, so packing is a copy; the kernel broadcasts single values from it. The block is filled again for
/// the next rows: it stays in the second-level cache, where packing the whole operand would not.</remarks>
internal sealed unsafe class PackedRows : IDisposable
{
    public const int GroupRows = 8;
    public const int ChunkTerms = 64;
    public const int TileTerms = GroupRows * ChunkTerms;

    private readonly TruncatedShape _shape;
    private readonly OperandCodes _codes;
    private readonly int _chunks;
    private readonly AlignedBuffer<float> _values;
    private readonly AlignedBuffer<uint> _exponents;

    public PackedRows(in TruncatedShape shape, int groups, int terms)
    {
        _shape = shape;
        _codes = new OperandCodes(shape, shape.Left);
        _chunks = (terms + ChunkTerms - 1) / ChunkTerms;
        long tiles = (long)groups * _chunks;
        _values = new AlignedBuffer<float>(tiles * TileTerms);
        _exponents = new AlignedBuffer<uint>(tiles * TileTerms);
    }

    public float* Values(int group, int chunk) => _values.Pointer + (((long)group * _chunks) + chunk) * TileTerms;

    public uint* Exponents(int group, int chunk) => _exponents.Pointer + (((long)group * _chunks) + chunk) * TileTerms;

    /// <summary>Packs one row.</summary>
    /// <param name="row">Its place.</param>
    /// <param name="source">Its terms.</param>
    /// <param name="scales">A power of two for each block of terms, or nothing.</param>
    /// <returns>Whether the kernel takes it; if not, it is packed as zeros.</returns>
    public RowState Fill(int row, ReadOnlySpan<float> source, ReadOnlySpan<float> scales)
    {
        Vector256<int> refused = Vector256<int>.Zero;
        bool heavy = false;
        Span<float> tail = stackalloc float[8];
        Span<float> ordered = stackalloc float[ChunkTerms];
        for (int chunk = 0; chunk < _chunks; chunk++)
        {
            scoped ReadOnlySpan<float> part = source.Slice(chunk * ChunkTerms, Math.Min(ChunkTerms, source.Length - (chunk * ChunkTerms)));
            if (_shape.Order != TermOrder.Ascending)
            {
                for (int k = 0; k < ChunkTerms; k++)
                {
                    int from = _shape.Order.Source(k);
                    ordered[k] = from < part.Length ? part[from] : 0;
                }
                part = ordered;
            }
            float* values = Values(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms);
            uint* exponents = Exponents(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms);
            float weight = 0;
            for (int k = 0; k < ChunkTerms; k += 8)
            {
                Vector256<float> value = Vector256<float>.Zero;
                if (part.Length - k >= 8)
                {
                    value = Vector256.Create(part.Slice(k, 8));
                }
                else if (part.Length > k)
                {
                    tail.Clear();
                    part[k..].CopyTo(tail);
                    value = Vector256.Create<float>(tail);
                }
                value = _codes.Read(value);
                refused |= _codes.Refused(value);
                Vector256<int> code = _codes.Left(value);
                if (k < part.Length && !scales.IsEmpty)
                {
                    Vector256<float> scale = Vector256.Create(scales[((chunk * ChunkTerms) + k) / _shape.Terms]);
                    Vector256<int> exponent = OperandCodes.Exponent(scale);
                    refused |= _codes.RefusedScaled(value, exponent) | ~Vector256.Equals(scale, scale).AsInt32();
                    code = OperandCodes.Scaled(code, value, exponent);
                    value *= scale;
                }
                value.Store(values + k);
                (code * 0x01010101).AsUInt32().Store(exponents + k);
                if (_shape.CanOverflow)
                {
                    weight = (k % _shape.Terms == 0 ? 0 : weight) + Vector256.Sum(OperandCodes.Significand(value));
                    heavy |= weight > OperandCodes.HeavyWeight;
                }
            }
        }
        if (refused == Vector256<int>.Zero)
        {
            return heavy ? RowState.Heavy : RowState.Taken;
        }
        Clear(row);
        return RowState.Refused;
    }

    /// <summary>Packs a row of zeros, where a group of eight has no row.</summary>
    public void Clear(int row)
    {
        for (int chunk = 0; chunk < _chunks; chunk++)
        {
            new Span<float>(Values(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms), ChunkTerms).Clear();
            new Span<uint>(Exponents(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms), ChunkTerms).Clear();
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        _exponents.Dispose();
    }
}

/// <summary>What the kernel can do with a row or a column.</summary>
internal enum RowState : byte
{
    /// <summary>Everything.</summary>
    Taken,

    /// <summary>Everything, unless it meets a heavy one of the other operand: then a sum could leave 32 bits.</summary>
    Heavy,

    /// <summary>Nothing: an operand is not finite, not in the format, or outside the exponents that fit.</summary>
    Refused,
}
