using System.Runtime.CompilerServices;
using Hspi.Numerics.Gemm.Packing;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>The kernel of FP8 on MI300X (CDNA3, GTR-FDPA): of every 16 terms, even and odd ones are aligned, cut and added apart.</summary>
/// <remarks>
/// The four operations per term are those of <see cref="TruncatedKernel{TLanes, TFloat, TInt, TByte, TCodes, TOutput}"/>, and so is the search
/// for the largest exponents, over halves of a block: even terms are packed before odd ones (<see cref="TermOrder.EvenThenOdd"/>). How the two
/// sums and the addend meet is in <see cref="RoundedDownEnd"/>.
/// </remarks>
internal static unsafe class InterleavedKernel<TLanes, TFloat, TInt, TByte>
    where TLanes : struct, ILanes<TFloat, TInt, TByte>
    where TFloat : struct
    where TInt : struct
    where TByte : struct
{
    private const int Columns = PackedColumns.PanelColumns;
    private const int Chunk = PackedRows.ChunkTerms;
    private const int Half = 8;
    private const int CacheLine = 64;

    /// <summary>Adds up to 64 terms to four or eight rows of 64 outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Rows(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
    {
        byte* scratch = stackalloc byte[(Chunk / Half * 8 * Columns) + CacheLine];
        byte* even = (byte*)(((nuint)scratch + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        TInt bias = TLanes.Broadcast((shape.FractionBits + 127) << 23);
        var constants = new RoundedDownEnd.Constants<TInt>(TLanes.Broadcast(RoundedDownEnd.ToUnit), TLanes.Broadcast(RoundedDownEnd.Word));
        TByte tiny = TruncatedKernel<TLanes, TFloat, TInt, TByte, RaisedCodes, RoundedDownApartOutput>.Exponents8(
            shape, aCodes, bCodes, even, Half, 2 * blocks);
        for (int block = 0; block < blocks; block++)
        {
            byte* odd = even + (8 * Columns);
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                for (int row = 0; row < rows; row += 4)
                {
                    float* left = a + (row * Chunk);
                    float* right = b + column;
                    int at = (row * Columns) + column;
                    Add(left, right, even + at, bias, out TInt e0, out TInt e1, out TInt e2, out TInt e3);
                    Add(left + Half, right + (Half * Columns), odd + at, bias, out TInt o0, out TInt o1, out TInt o2, out TInt o3);
                    End(constants, e0, even + at, o0, odd + at, c + at);
                    at += Columns;
                    End(constants, e1, even + at, o1, odd + at, c + at);
                    at += Columns;
                    End(constants, e2, even + at, o2, odd + at, c + at);
                    at += Columns;
                    End(constants, e3, even + at, o3, odd + at, c + at);
                }
            }
            a += 2 * Half;
            b += 2 * Half * Columns;
            even += 2 * 8 * Columns;
        }
        return !TLanes.Any(tiny, TLanes.Broadcast(0), TLanes.Broadcast(0f));
    }

    /// <summary>Adds up to 64 terms to any number of rows up to eight, four registers of a row at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool RowByRow(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
    {
        byte* scratch = stackalloc byte[(Chunk / Half * 8 * Columns) + CacheLine];
        byte* even = (byte*)(((nuint)scratch + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        TInt bias = TLanes.Broadcast((shape.FractionBits + 127) << 23);
        var constants = new RoundedDownEnd.Constants<TInt>(TLanes.Broadcast(RoundedDownEnd.ToUnit), TLanes.Broadcast(RoundedDownEnd.Word));
        TByte tiny = TruncatedKernel<TLanes, TFloat, TInt, TByte, RaisedCodes, RoundedDownApartOutput>.Exponents(
            shape, rows, aCodes, bCodes, even, Half, 2 * blocks, columns);
        for (int block = 0; block < blocks; block++)
        {
            byte* odd = even + (rows * Columns);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column += 4 * TLanes.Count)
                {
                    float* left = a + (row * Chunk);
                    float* right = b + column;
                    int at = (row * Columns) + column;
                    Add1(left, right, even + at, bias, out TInt e0, out TInt e1, out TInt e2, out TInt e3);
                    Add1(left + Half, right + (Half * Columns), odd + at, bias, out TInt o0, out TInt o1, out TInt o2, out TInt o3);
                    End(constants, e0, even + at, o0, odd + at, c + at);
                    at += TLanes.Count;
                    End(constants, e1, even + at, o1, odd + at, c + at);
                    at += TLanes.Count;
                    End(constants, e2, even + at, o2, odd + at, c + at);
                    at += TLanes.Count;
                    End(constants, e3, even + at, o3, odd + at, c + at);
                }
            }
            a += 2 * Half;
            b += 2 * Half * Columns;
            even += 2 * rows * Columns;
        }
        return !TLanes.Any(tiny, TLanes.Broadcast(0), TLanes.Broadcast(0f));
    }

    // Half a block of four rows, one register of columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* a, float* b, byte* exponents, TInt bias, out TInt d0, out TInt d1, out TInt d2, out TInt d3)
    {
        TInt s0 = TLanes.Shift(exponents, bias), s1 = TLanes.Shift(exponents + Columns, bias);
        TInt s2 = TLanes.Shift(exponents + (2 * Columns), bias), s3 = TLanes.Shift(exponents + (3 * Columns), bias);
        d0 = d1 = d2 = d3 = TLanes.Broadcast(0);
        for (int k = 0; k < Half; k++, b += Columns, a++)
        {
            TFloat line = TLanes.Load(b);
            d0 = TLanes.Accumulate(d0, line, a, s0);
            d1 = TLanes.Accumulate(d1, line, a + Chunk, s1);
            d2 = TLanes.Accumulate(d2, line, a + (2 * Chunk), s2);
            d3 = TLanes.Accumulate(d3, line, a + (3 * Chunk), s3);
        }
    }

    // Half a block of one row, four registers of columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add1(float* a, float* b, byte* exponents, TInt bias, out TInt d0, out TInt d1, out TInt d2, out TInt d3)
    {
        int n = TLanes.Count;
        TInt s0 = TLanes.Shift(exponents, bias), s1 = TLanes.Shift(exponents + n, bias);
        TInt s2 = TLanes.Shift(exponents + (2 * n), bias), s3 = TLanes.Shift(exponents + (3 * n), bias);
        d0 = d1 = d2 = d3 = TLanes.Broadcast(0);
        for (int k = 0; k < Half; k++, b += Columns, a++)
        {
            TFloat left = TLanes.Broadcast(a);
            d0 = TLanes.Accumulate(d0, left, TLanes.Load(b), s0);
            d1 = TLanes.Accumulate(d1, left, TLanes.Load(b + n), s1);
            d2 = TLanes.Accumulate(d2, left, TLanes.Load(b + (2 * n)), s2);
            d3 = TLanes.Accumulate(d3, left, TLanes.Load(b + (3 * n)), s3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(in RoundedDownEnd.Constants<TInt> constants, TInt even, byte* evenExponents, TInt odd, byte* oddExponents, float* c) =>
        TLanes.Store(c, TLanes.RoundDownApart(constants, even, TLanes.Products(evenExponents), odd, TLanes.Products(oddExponents), TLanes.Load(c)));
}
