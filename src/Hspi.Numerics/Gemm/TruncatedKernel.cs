using System.Runtime.CompilerServices;

namespace Hspi.Numerics.Gemm;

/// <summary>kernel</summary>
internal static unsafe class TruncatedKernel<TLanes, TFloat, TInt, TByte, TInput, TOutput>
    where TLanes : struct, ILanes<TFloat, TInt, TByte>
    where TFloat : struct
    where TInt : struct
    where TByte : struct
    where TInput : struct, ITruncatedInput
    where TOutput : struct, ITruncatedOutput
{
    private const int Columns = PackedColumns.PanelColumns;
    private const int Chunk = PackedRows.ChunkTerms;
    private const int HalfBlock = 16;

    /// <summary>Adds up to 64 terms to eight rows of 64 outputs.</summary>
    /// <remarks><paramref name="c"/> is [8, 64], on a cache line, times 2^-Offset; it is read and written.</remarks>
    /// <returns>False if a block was met that this kernel cannot do; what it wrote is then not to be used.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Rows8(in TruncatedShape shape, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks)
    {
        int terms = shape.Terms;
        bool halves = shape.InHalves;
        int part = halves ? HalfBlock : terms;
        byte* scratch = stackalloc byte[(8 * Columns) + (8 * Columns * sizeof(float)) + 64];
        byte* largest = (byte*)(((nuint)scratch + 63) & ~(nuint)63);
        float* firstHalf = (float*)(largest + (8 * Columns));
        var end = new BlockEnd<TLanes, TFloat, TInt, TByte, TOutput>(shape);
        TByte tiny = TLanes.BroadcastBytes((byte)0);
        TInt bias = TLanes.Broadcast((shape.FractionBits + 127) << 23);
        for (int block = 0; block < blocks; block++)
        {
            tiny = TLanes.Max(tiny, Exponents8(aCodes, bCodes, largest, terms, (byte)shape.LowestField));
            for (int column = 0; column < Columns; column += TLanes.Count)
            {
                float* tile = c + column;
                byte* exponents = largest + column;
                TFloat value;
                value = TLanes.Load(tile + (0 * Columns));
                TInt s0 = end.Shift(value, exponents + (0 * Columns), bias), d0 = Start(value, s0);
                value = TLanes.Load(tile + (1 * Columns));
                TInt s1 = end.Shift(value, exponents + (1 * Columns), bias), d1 = Start(value, s1);
                value = TLanes.Load(tile + (2 * Columns));
                TInt s2 = end.Shift(value, exponents + (2 * Columns), bias), d2 = Start(value, s2);
                value = TLanes.Load(tile + (3 * Columns));
                TInt s3 = end.Shift(value, exponents + (3 * Columns), bias), d3 = Start(value, s3);
                value = TLanes.Load(tile + (4 * Columns));
                TInt s4 = end.Shift(value, exponents + (4 * Columns), bias), d4 = Start(value, s4);
                value = TLanes.Load(tile + (5 * Columns));
                TInt s5 = end.Shift(value, exponents + (5 * Columns), bias), d5 = Start(value, s5);
                value = TLanes.Load(tile + (6 * Columns));
                TInt s6 = end.Shift(value, exponents + (6 * Columns), bias), d6 = Start(value, s6);
                value = TLanes.Load(tile + (7 * Columns));
                TInt s7 = end.Shift(value, exponents + (7 * Columns), bias), d7 = Start(value, s7);
                float* right = b + column;
                float* left = a;
                for (int k = 0; k < part; k += 2, right += 2 * Columns, left += 2)
                {
                    TFloat line = TLanes.Load(right);
                    d0 = Term(d0, line, left + (0 * Chunk), s0);
                    d1 = Term(d1, line, left + (1 * Chunk), s1);
                    d2 = Term(d2, line, left + (2 * Chunk), s2);
                    d3 = Term(d3, line, left + (3 * Chunk), s3);
                    d4 = Term(d4, line, left + (4 * Chunk), s4);
                    d5 = Term(d5, line, left + (5 * Chunk), s5);
                    d6 = Term(d6, line, left + (6 * Chunk), s6);
                    d7 = Term(d7, line, left + (7 * Chunk), s7);
                    line = TLanes.Load(right + Columns);
                    d0 = Term(d0, line, left + (0 * Chunk) + 1, s0);
                    d1 = Term(d1, line, left + (1 * Chunk) + 1, s1);
                    d2 = Term(d2, line, left + (2 * Chunk) + 1, s2);
                    d3 = Term(d3, line, left + (3 * Chunk) + 1, s3);
                    d4 = Term(d4, line, left + (4 * Chunk) + 1, s4);
                    d5 = Term(d5, line, left + (5 * Chunk) + 1, s5);
                    d6 = Term(d6, line, left + (6 * Chunk) + 1, s6);
                    d7 = Term(d7, line, left + (7 * Chunk) + 1, s7);
                }
                if (halves)
                {
                    TLanes.Store(firstHalf + (0 * Columns), TLanes.AsFloat(d0));
                    TLanes.Store(firstHalf + (1 * Columns), TLanes.AsFloat(d1));
                    TLanes.Store(firstHalf + (2 * Columns), TLanes.AsFloat(d2));
                    TLanes.Store(firstHalf + (3 * Columns), TLanes.AsFloat(d3));
                    TLanes.Store(firstHalf + (4 * Columns), TLanes.AsFloat(d4));
                    TLanes.Store(firstHalf + (5 * Columns), TLanes.AsFloat(d5));
                    TLanes.Store(firstHalf + (6 * Columns), TLanes.AsFloat(d6));
                    TLanes.Store(firstHalf + (7 * Columns), TLanes.AsFloat(d7));
                    d0 = d1 = d2 = d3 = d4 = d5 = d6 = d7 = TLanes.Broadcast(0);
                    for (int k = 0; k < HalfBlock; k++, right += Columns, left++)
                    {
                        TFloat line = TLanes.Load(right);
                        d0 = Term(d0, line, left + (0 * Chunk), s0);
                        d1 = Term(d1, line, left + (1 * Chunk), s1);
                        d2 = Term(d2, line, left + (2 * Chunk), s2);
                        d3 = Term(d3, line, left + (3 * Chunk), s3);
                        d4 = Term(d4, line, left + (4 * Chunk), s4);
                        d5 = Term(d5, line, left + (5 * Chunk), s5);
                        d6 = Term(d6, line, left + (6 * Chunk), s6);
                        d7 = Term(d7, line, left + (7 * Chunk), s7);
                    }
                    d0 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (0 * Columns))), d0);
                    d1 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (1 * Columns))), d1);
                    d2 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (2 * Columns))), d2);
                    d3 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (3 * Columns))), d3);
                    d4 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (4 * Columns))), d4);
                    d5 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (5 * Columns))), d5);
                    d6 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (6 * Columns))), d6);
                    d7 = end.AddHalves(TLanes.AsInt(TLanes.Load(firstHalf + (7 * Columns))), d7);
                }
                TLanes.Store(tile + (0 * Columns), end.Round(d0, s0));
                TLanes.Store(tile + (1 * Columns), end.Round(d1, s1));
                TLanes.Store(tile + (2 * Columns), end.Round(d2, s2));
                TLanes.Store(tile + (3 * Columns), end.Round(d3, s3));
                TLanes.Store(tile + (4 * Columns), end.Round(d4, s4));
                TLanes.Store(tile + (5 * Columns), end.Round(d5, s5));
                TLanes.Store(tile + (6 * Columns), end.Round(d6, s6));
                TLanes.Store(tile + (7 * Columns), end.Round(d7, s7));
            }
            a += terms;
            aCodes += terms;
            b += terms * Columns;
            bCodes += terms * Columns;
        }
        return end.IsExact && !TLanes.AnyNotZero(tiny);
    }

    /// <summary>The same for one row: products of a vector with a matrix, where the right operand is read once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Rows1(in TruncatedShape shape, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks)
    {
        int terms = shape.Terms;
        bool halves = shape.InHalves;
        int part = halves ? HalfBlock : terms;
        byte* scratch = stackalloc byte[Columns + 64];
        byte* largest = (byte*)(((nuint)scratch + 63) & ~(nuint)63);
        var end = new BlockEnd<TLanes, TFloat, TInt, TByte, TOutput>(shape);
        TByte tiny = TLanes.BroadcastBytes((byte)0);
        TInt bias = TLanes.Broadcast((shape.FractionBits + 127) << 23);
        int n = TLanes.Count;
        for (int block = 0; block < blocks; block++)
        {
            tiny = TLanes.Max(tiny, Exponents1(aCodes, bCodes, largest, terms, (byte)shape.LowestField));
            for (int column = 0; column < Columns; column += 4 * n)
            {
                float* tile = c + column;
                byte* exponents = largest + column;
                TFloat value;
                value = TLanes.Load(tile + (0 * n));
                TInt s0 = end.Shift(value, exponents + (0 * n), bias), d0 = Start(value, s0);
                value = TLanes.Load(tile + (1 * n));
                TInt s1 = end.Shift(value, exponents + (1 * n), bias), d1 = Start(value, s1);
                value = TLanes.Load(tile + (2 * n));
                TInt s2 = end.Shift(value, exponents + (2 * n), bias), d2 = Start(value, s2);
                value = TLanes.Load(tile + (3 * n));
                TInt s3 = end.Shift(value, exponents + (3 * n), bias), d3 = Start(value, s3);
                float* right = b + column;
                for (int k = 0; k < part; k++, right += Columns)
                {
                    TFloat left = TLanes.Broadcast(a + k);
                    d0 = Term(d0, left, TLanes.Load(right + (0 * n)), s0);
                    d1 = Term(d1, left, TLanes.Load(right + (1 * n)), s1);
                    d2 = Term(d2, left, TLanes.Load(right + (2 * n)), s2);
                    d3 = Term(d3, left, TLanes.Load(right + (3 * n)), s3);
                }
                if (halves)
                {
                    TInt h0 = d0, h1 = d1, h2 = d2, h3 = d3;
                    d0 = d1 = d2 = d3 = TLanes.Broadcast(0);
                    for (int k = HalfBlock; k < terms; k++, right += Columns)
                    {
                        TFloat left = TLanes.Broadcast(a + k);
                        d0 = Term(d0, left, TLanes.Load(right + (0 * n)), s0);
                        d1 = Term(d1, left, TLanes.Load(right + (1 * n)), s1);
                        d2 = Term(d2, left, TLanes.Load(right + (2 * n)), s2);
                        d3 = Term(d3, left, TLanes.Load(right + (3 * n)), s3);
                    }
                    d0 = end.AddHalves(h0, d0);
                    d1 = end.AddHalves(h1, d1);
                    d2 = end.AddHalves(h2, d2);
                    d3 = end.AddHalves(h3, d3);
                }
                TLanes.Store(tile + (0 * n), end.Round(d0, s0));
                TLanes.Store(tile + (1 * n), end.Round(d1, s1));
                TLanes.Store(tile + (2 * n), end.Round(d2, s2));
                TLanes.Store(tile + (3 * n), end.Round(d3, s3));
            }
            a += terms;
            aCodes += terms;
            b += terms * Columns;
            bCodes += terms * Columns;
        }
        return end.IsExact && !TLanes.AnyNotZero(tiny);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Term(TInt sum, TFloat b, float* a, TInt shift) => Term(sum, b, TLanes.Broadcast(a), shift);

    // Multiply, scale, cut toward zero, add: trap 4 is why the scale is not taken from the product itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Term(TInt sum, TFloat b, TFloat a, TInt shift) =>
        TLanes.Add(sum, TLanes.Truncate(TLanes.AsFloat(TLanes.Add(TLanes.AsInt(TLanes.Multiply(b, a)), shift))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Start(TFloat c, TInt shift) => TLanes.Truncate(TLanes.AsFloat(TLanes.Add(TLanes.AsInt(c), shift)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TByte Larger(TByte largest, uint* a, TByte b) => TLanes.Max(
        largest,
        TInput.IsWide ? TLanes.SubtractSaturate(TLanes.BroadcastBytes(a), b) : TLanes.AddBytes(TLanes.BroadcastBytes(a), b));

    // Not zero where all products are so small that the lowest exponent stands in for theirs, unless all are zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TByte Tiny(TByte largest, TByte lowest) => TLanes.Min(largest, TLanes.SubtractSaturate(lowest, largest));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TByte Exponents8(uint* a, byte* b, byte* largest, int terms, byte lowestField)
    {
        TByte lowest = TLanes.BroadcastBytes(lowestField);
        TByte tiny = TLanes.BroadcastBytes((byte)0);
        for (int column = 0; column < Columns; column += 4 * TLanes.Count)
        {
            TByte e0, e1, e2, e3, e4, e5, e6, e7;
            e0 = e1 = e2 = e3 = e4 = e5 = e6 = e7 = TInput.IsWide ? TLanes.BroadcastBytes((byte)0) : lowest;
            byte* line = b + column;
            for (int k = 0; k < terms; k++, line += Columns)
            {
                TByte right = TLanes.LoadBytes(line);
                e0 = Larger(e0, a + (0 * Chunk) + k, right);
                e1 = Larger(e1, a + (1 * Chunk) + k, right);
                e2 = Larger(e2, a + (2 * Chunk) + k, right);
                e3 = Larger(e3, a + (3 * Chunk) + k, right);
                e4 = Larger(e4, a + (4 * Chunk) + k, right);
                e5 = Larger(e5, a + (5 * Chunk) + k, right);
                e6 = Larger(e6, a + (6 * Chunk) + k, right);
                e7 = Larger(e7, a + (7 * Chunk) + k, right);
            }
            if (TInput.IsWide)
            {
                tiny = TLanes.Max(tiny, Tiny(e0, lowest));
                tiny = TLanes.Max(tiny, Tiny(e1, lowest));
                tiny = TLanes.Max(tiny, Tiny(e2, lowest));
                tiny = TLanes.Max(tiny, Tiny(e3, lowest));
                tiny = TLanes.Max(tiny, Tiny(e4, lowest));
                tiny = TLanes.Max(tiny, Tiny(e5, lowest));
                tiny = TLanes.Max(tiny, Tiny(e6, lowest));
                tiny = TLanes.Max(tiny, Tiny(e7, lowest));
                e0 = TLanes.Max(e0, lowest);
                e1 = TLanes.Max(e1, lowest);
                e2 = TLanes.Max(e2, lowest);
                e3 = TLanes.Max(e3, lowest);
                e4 = TLanes.Max(e4, lowest);
                e5 = TLanes.Max(e5, lowest);
                e6 = TLanes.Max(e6, lowest);
                e7 = TLanes.Max(e7, lowest);
            }
            TLanes.StoreBytes(largest + (0 * Columns) + column, e0);
            TLanes.StoreBytes(largest + (1 * Columns) + column, e1);
            TLanes.StoreBytes(largest + (2 * Columns) + column, e2);
            TLanes.StoreBytes(largest + (3 * Columns) + column, e3);
            TLanes.StoreBytes(largest + (4 * Columns) + column, e4);
            TLanes.StoreBytes(largest + (5 * Columns) + column, e5);
            TLanes.StoreBytes(largest + (6 * Columns) + column, e6);
            TLanes.StoreBytes(largest + (7 * Columns) + column, e7);
        }
        return tiny;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TByte Exponents1(uint* a, byte* b, byte* largest, int terms, byte lowestField)
    {
        TByte lowest = TLanes.BroadcastBytes(lowestField);
        TByte tiny = TLanes.BroadcastBytes((byte)0);
        for (int column = 0; column < Columns; column += 4 * TLanes.Count)
        {
            TByte e = TInput.IsWide ? TLanes.BroadcastBytes((byte)0) : lowest;
            byte* line = b + column;
            for (int k = 0; k < terms; k++, line += Columns)
            {
                e = Larger(e, a + k, TLanes.LoadBytes(line));
            }
            if (TInput.IsWide)
            {
                tiny = TLanes.Max(tiny, Tiny(e, lowest));
                e = TLanes.Max(e, lowest);
            }
            TLanes.StoreBytes(largest + column, e);
        }
        return tiny;
    }
}
