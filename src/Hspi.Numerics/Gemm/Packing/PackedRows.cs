using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Truncated;

namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Up to 128 rows of the left operand as the kernel reads them: eight rows at a time, 64 terms at a time.</summary>
/// <remarks><code>
/// group of 8 rows   chunk of 64 terms    row 0: a[0..63] | row 1: a[64..127] | ... | row 7
///                                        in this order also the exponent codes, each four times in one word
/// </code>
/// A row stays contiguous, so packing is a copy; the kernel broadcasts single values from it. This memory is filled again for the next rows, because 128
/// rows stay in the second-level cache and the whole operand would not.</remarks>
internal sealed unsafe class PackedRows : IDisposable
{
    public const int GroupRows = 8;
    public const int ChunkTerms = 64;
    public const int TileTerms = GroupRows * ChunkTerms;

    /// <summary>The longest block, and the longest instruction that is not one.</summary>
    public const int MostStepTerms = 32;

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
        Span<float> copied = stackalloc float[ChunkTerms];
        for (int chunk = 0; chunk < _chunks; chunk++)
        {
            scoped ReadOnlySpan<float> part = source.Slice(chunk * ChunkTerms, Math.Min(ChunkTerms, source.Length - (chunk * ChunkTerms)));
            // Zeros up to the end of the longest step; the kernel reads no further.
            int terms = (part.Length + MostStepTerms - 1) & -MostStepTerms;
            if (terms != part.Length || _shape.Order != TermOrder.Ascending)
            {
                Copy(part, copied, _shape.Order);
                part = copied;
            }
            float* values = Values(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms);
            uint* exponents = Exponents(row / GroupRows, chunk) + (row % GroupRows * ChunkTerms);
            fixed (float* from = part)
            {
                heavy |= Fill(_codes, _shape.CanOverflow, from, values, exponents, terms, ref refused);
            }
            for (int k = 0; !scales.IsEmpty && k < terms; k += 8)
            {
                float scale = scales[((chunk * ChunkTerms) + k) / _shape.Terms];
                Vector256<float> value = Vector256.Load(values + k);
                Vector256<int> exponent = OperandCodes.Exponent(Vector256.Create(scale));
                refused |= _codes.RefusedScaled(value, exponent) | (float.IsNaN(scale) ? Vector256<int>.AllBitsSet : Vector256<int>.Zero);
                Vector256<int> code = Vector256.Load((int*)exponents + k) & Vector256.Create(255);
                (OperandCodes.Scaled(code, value, exponent) * 0x01010101).Store((int*)exponents + k);
                (value * scale).Store(values + k);
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

    // Up to 64 terms, a multiple of 16; whether a block among them is heavy.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Fill(in OperandCodes codes, bool canOverflow, float* from, float* values, uint* exponents, int terms, ref Vector256<int> refused)
    {
        bool heavy = false;
        Vector256<int> bad = refused;
        for (int k = 0; k < terms; k += 16)
        {
            Vector256<float> first = codes.Read(Vector256.Load(from + k)), second = codes.Read(Vector256.Load(from + k + 8));
            bad |= codes.Refused(first) | codes.Refused(second);
            heavy |= canOverflow && IsHeavy(first, second);
            Store(codes, first, values + k, exponents + k);
            Store(codes, second, values + k + 8, exponents + k + 8);
        }
        refused = bad;
        return heavy;
    }

    private static void Copy(ReadOnlySpan<float> part, Span<float> copied, TermOrder order)
    {
        copied.Clear();
        for (int k = 0; k < ChunkTerms; k++)
        {
            int from = order.Source(k);
            copied[k] = from < part.Length ? part[from] : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in OperandCodes codes, Vector256<float> value, float* values, uint* exponents)
    {
        value.Store(values);
        // The lowest byte of each word, four times.
        Vector256.Shuffle(codes.Left(value).AsByte(), Vector256.Create((byte)0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12,
            16, 16, 16, 16, 20, 20, 20, 20, 24, 24, 24, 24, 28, 28, 28, 28)).AsUInt32().Store(exponents);
    }

    // 16 significands sum to less than 32. Two of them below 1.5 make that less than 31, and nothing needs to be added up. The first test finds
    // most of these cases: it sees any two that are not in one lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsHeavy(Vector256<float> first, Vector256<float> second) =>
        Vector256.ExtractMostSignificantBits((first.AsInt32() | second.AsInt32()) << 9) == 0xFF
            && Vector256.Sum(OperandCodes.Significand(first) + OperandCodes.Significand(second)) > OperandCodes.HeavyWeight;
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
