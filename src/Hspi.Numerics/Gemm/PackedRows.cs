using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>The left operand as the kernel reads it: eight rows at a time, 64 terms at a time.</summary>
/// <remarks><code>
/// group of 8 rows   chunk of 64 terms    row 0: a[0..63] | row 1: a[64..127] | ... | row 7
///                                        and the same again: each exponent code four times in one word
/// </code>
/// A row stays contiguous, so packing is a copy; the kernel broadcasts single values from it.</remarks>
internal sealed unsafe class PackedRows : IDisposable
{
    public const int GroupRows = 8;
    public const int ChunkTerms = 64;
    public const int TileTerms = GroupRows * ChunkTerms;

    private readonly AlignedBuffer<float> _values;
    private readonly AlignedBuffer<uint> _exponents;

    private PackedRows(int rows, int terms)
    {
        Rows = rows;
        Terms = terms;
        Chunks = (terms + ChunkTerms - 1) / ChunkTerms;
        long tiles = (long)((rows + GroupRows - 1) / GroupRows) * Chunks;
        _values = new AlignedBuffer<float>(tiles * TileTerms);
        _exponents = new AlignedBuffer<uint>(tiles * TileTerms);
        Refused = new bool[rows];
        Heavy = new bool[rows];
    }

    public int Rows { get; }
    public int Terms { get; }
    public int Chunks { get; }

    /// <summary>Rows with an operand that the kernel does not take; they are packed as zeros.</summary>
    public bool[] Refused { get; }

    /// <summary>Rows with a block so large that 32 bits could overflow if the column's block is as large.</summary>
    public bool[] Heavy { get; }

    public float* Values(int group, int chunk) => _values.Pointer + (((long)group * Chunks) + chunk) * TileTerms;

    public uint* Exponents(int group, int chunk) => _exponents.Pointer + (((long)group * Chunks) + chunk) * TileTerms;

    /// <summary>Packs <paramref name="rows"/> rows of <paramref name="terms"/> terms; one starts <paramref name="stride"/> values
    /// after the other in <paramref name="a"/>.</summary>
    public static PackedRows Pack(in TruncatedShape shape, ReadOnlySpan<float> a, int rows, int stride, int terms)
    {
        var packed = new PackedRows(rows, terms);
        for (int row = 0; row < rows; row++)
        {
            packed.PackRow(shape, a.Slice(checked(row * stride), terms), row);
        }
        return packed;
    }

    public void Dispose()
    {
        _values.Dispose();
        _exponents.Dispose();
    }

    private void PackRow(in TruncatedShape shape, ReadOnlySpan<float> source, int row)
    {
        var codes = new OperandCodes(shape);
        Vector256<int> refused = Vector256<int>.Zero;
        bool heavy = false;
        Span<float> tail = stackalloc float[8];
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            ReadOnlySpan<float> part = source.Slice(chunk * ChunkTerms, Math.Min(ChunkTerms, Terms - (chunk * ChunkTerms)));
            float* values = Values(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms);
            uint* exponents = Exponents(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms);
            float blockWeight = 0;
            for (int k = 0; k < part.Length; k += 8)
            {
                Vector256<float> value;
                if (part.Length - k >= 8)
                {
                    value = Vector256.Create(part.Slice(k, 8));
                }
                else
                {
                    tail.Clear();
                    part[k..].CopyTo(tail);
                    value = Vector256.Create<float>(tail);
                }
                refused |= codes.Refused(value);
                value.Store(values + k);
                (codes.Left(value) * 0x01010101).AsUInt32().Store(exponents + k);
                if (shape.CanOverflow)
                {
                    blockWeight = (k % shape.Terms == 0 ? 0 : blockWeight) + Vector256.Sum(OperandCodes.Significand(value));
                    heavy |= blockWeight > OperandCodes.HeavyWeight;
                }
            }
        }
        Heavy[row] = heavy;
        Refused[row] = refused != Vector256<int>.Zero;
        if (Refused[row])
        {
            for (int chunk = 0; chunk < Chunks; chunk++)
            {
                new Span<float>(Values(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms), ChunkTerms).Clear();
                new Span<uint>(Exponents(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms), ChunkTerms).Clear();
            }
        }
    }
}
