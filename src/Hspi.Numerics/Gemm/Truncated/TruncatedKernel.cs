using System.Runtime.CompilerServices;
using Hspi.Numerics.Gemm.Packing;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>The kernel of units that align the terms of a block and cut off what lies too low (T-FDPA), in four vector operations per term.</summary>
/// <remarks>
/// A block cuts every product at the same place, F bits below the block's largest exponent E, and adds what is left exactly. So for each term, for
/// as many outputs as a register holds, and without a branch:
/// <code>
/// 1. multiply    p = a · b         exact in FP32: significands of 11 bits give 22
/// 2. scale       p · 2^(F − E)     as an integer addition to the float's exponent field; the value of the last bit kept is now 1
/// 3. convert     to int32, toward zero: this is the hardware's cut, which acts on the magnitude
/// 4. add         in int32: exact
/// </code>
/// E is found before that from exponents of one byte each, 64 outputs per register (<see cref="OperandCodes"/>); the addend's exponent joins it as a
/// float. The end of a block is one conversion to FP32 toward zero and one multiplication by 2^(E − F).
/// <code>
///            64 columns of b: one chunk of 64 terms, 16 KB + 4 KB of codes, stays in the first-level cache
///            +--------+--------+--------+--------+
/// 4 rows a   | d0..d3 |        |        |        |   Rows: a line of b is loaded once for four rows, and multiplied with four
/// broadcast  | s0..s3 |        |        |        |   broadcasts, which AVX-512 makes in the same instructions
///            +--------+--------+--------+--------+
/// 1 row a    | d0, s0 | d1, s1 | d2, s2 | d3, s3 |   RowByRow, with AVX2's half as wide registers: one broadcast for four
/// broadcast  |        |        |        |        |   loads, which AVX2 makes in the same instructions
///            +--------+--------+--------+--------+   d: sums, s: shifts (F − E), half of AVX2's 16 registers
/// </code>
/// What to know before changing it:
/// <list type="number">
/// <item>16 terms with F = 25 can reach 2^31, which int32 does not hold, but only where the significands of both sides sum to more than 31 of 32:
/// <see cref="RowState.Heavy"/>. 32 terms are summed in two halves, and the sum of the halves is watched.</item>
/// <item>The bits of a zero product are 0, and adding to its exponent field makes a number of it. That number is below one unit, and so counts for
/// nothing, only while 0 ≤ F − E ≤ 126 in the kernel's scale. Hence <see cref="TruncatedShape.Offset"/> and <see cref="TruncatedShape.LowestField"/>.</item>
/// <item>Where a whole block lies below the lowest exponent, cutting at that exponent is wrong. In formats with few exponents that cannot happen; in others the search
/// for E sees it, and the outputs are made by the plain definition.</item>
/// <item>E comes from the exponent fields of the operands, where subnormal ones have that of the smallest normal number. The exponent of the product itself would be one
/// too high where two significands multiply to two or more.</item>
/// <item>Infinity, NaN, −0 as an addend and operands outside the range never arrive here: rows and columns are refused when packed,
/// addends when a tile starts. −0 as an operand does no harm, because the addend +0 makes every sum of zeros +0.</item>
/// <item>An FP16 result is rounded twice here. The first rounding sets the last bit of its result whenever it cuts anything off, which makes the second one right.</item>
/// </list>
/// Speed, what bounds it and what was tried: docs/products-measured.md.
/// </remarks>
internal static unsafe class TruncatedKernel<TLanes, TFloat, TInt, TByte, TCodes, TOutput>
    where TLanes : struct, ILanes<TFloat, TInt, TByte>
    where TFloat : struct
    where TInt : struct
    where TByte : struct
    where TCodes : struct
    where TOutput : struct
{
    private const int Columns = PackedColumns.PanelColumns;
    private const int Chunk = PackedRows.ChunkTerms;
    private const int HalfBlock = 16;
    private const int CacheLine = 64;

    /// <summary>Adds up to 64 terms to four or eight rows of 64 outputs.</summary>
    /// <remarks>Of the 64, <paramref name="columns"/> are wanted; the last register is done whole. <paramref name="c"/> is [8, 64], on a cache
    /// line, times 2^-Offset; it is read and written.</remarks>
    /// <returns>False if a block was met that this kernel cannot do; what it wrote is then not to be used.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Rows(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
    {
        int terms = shape.Terms;
        int part = shape.InHalves ? HalfBlock : terms;
        byte* scratch = stackalloc byte[(Chunk / 4 * 8 * Columns) + CacheLine];
        byte* largest = (byte*)(((nuint)scratch + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        TInt overflow = TLanes.Broadcast(0);
        TFloat lost = TLanes.Broadcast(0f);
        var end = new BlockEnd(shape);
        TByte tiny = Exponents8(shape, aCodes, bCodes, largest, terms, blocks);
        for (int block = 0; block < blocks; block++)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                TByte select = TLanes.Select(column);
                for (int row = 0; row < rows; row += 4)
                {
                    float* tile = c + (row * Columns) + column;
                    byte* exponents = largest + (row * Columns);
                    TInt s0 = Shift(end, tile + (0 * Columns), exponents + (0 * Columns), column, select), d0 = Start(tile + (0 * Columns), s0);
                    TInt s1 = Shift(end, tile + (1 * Columns), exponents + (1 * Columns), column, select), d1 = Start(tile + (1 * Columns), s1);
                    TInt s2 = Shift(end, tile + (2 * Columns), exponents + (2 * Columns), column, select), d2 = Start(tile + (2 * Columns), s2);
                    TInt s3 = Shift(end, tile + (3 * Columns), exponents + (3 * Columns), column, select), d3 = Start(tile + (3 * Columns), s3);
                    float* right = b + column;
                    float* left = a + (row * Chunk);
                    for (int k = 0; k < part; k += 2, right += 2 * Columns, left += 2)
                    {
                        TFloat line = TLanes.Load(right);
                        d0 = TLanes.Accumulate(d0, line, left + (0 * Chunk), s0);
                        d1 = TLanes.Accumulate(d1, line, left + (1 * Chunk), s1);
                        d2 = TLanes.Accumulate(d2, line, left + (2 * Chunk), s2);
                        d3 = TLanes.Accumulate(d3, line, left + (3 * Chunk), s3);
                        line = TLanes.Load(right + Columns);
                        d0 = TLanes.Accumulate(d0, line, left + (0 * Chunk) + 1, s0);
                        d1 = TLanes.Accumulate(d1, line, left + (1 * Chunk) + 1, s1);
                        d2 = TLanes.Accumulate(d2, line, left + (2 * Chunk) + 1, s2);
                        d3 = TLanes.Accumulate(d3, line, left + (3 * Chunk) + 1, s3);
                    }
                    if (part < terms)
                    {
                        TInt h0 = d0, h1 = d1, h2 = d2, h3 = d3;
                        d0 = d1 = d2 = d3 = TLanes.Broadcast(0);
                        for (int k = part; k < terms; k++, right += Columns, left++)
                        {
                            TFloat line = TLanes.Load(right);
                            d0 = TLanes.Accumulate(d0, line, left + (0 * Chunk), s0);
                            d1 = TLanes.Accumulate(d1, line, left + (1 * Chunk), s1);
                            d2 = TLanes.Accumulate(d2, line, left + (2 * Chunk), s2);
                            d3 = TLanes.Accumulate(d3, line, left + (3 * Chunk), s3);
                        }
                        d0 = TLanes.AddHalves(h0, d0, ref overflow);
                        d1 = TLanes.AddHalves(h1, d1, ref overflow);
                        d2 = TLanes.AddHalves(h2, d2, ref overflow);
                        d3 = TLanes.AddHalves(h3, d3, ref overflow);
                    }
                    if (typeof(TOutput) == typeof(RoundedDownOutput))
                    {
                        RoundDown(end, d0, d1, d2, d3, s0, s1, s2, s3, tile, Columns);
                        continue;
                    }
                    TLanes.Store(tile + (0 * Columns), Round(end, d0, s0, ref lost));
                    TLanes.Store(tile + (1 * Columns), Round(end, d1, s1, ref lost));
                    TLanes.Store(tile + (2 * Columns), Round(end, d2, s2, ref lost));
                    TLanes.Store(tile + (3 * Columns), Round(end, d3, s3, ref lost));
                }
            }
            a += terms;
            b += terms * Columns;
            largest += 8 * Columns;
        }
        return !TLanes.Any(tiny, overflow, lost);
    }

    /// <summary>Adds up to 64 terms to any number of rows up to eight, four registers of a row at a time.</summary>
    /// <remarks>One left operand serves four registers, and the right operands are loaded as they are multiplied. Without AVX-512, whose instructions can
    /// broadcast as they multiply, that saves four of the twenty-one instructions that <see cref="Rows"/> needs.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool RowByRow(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
    {
        int terms = shape.Terms;
        int part = shape.InHalves ? HalfBlock : terms;
        int n = TLanes.Count;
        // One line more, because the shifts of the next outputs are looked up behind the last block too.
        byte* scratch = stackalloc byte[(((blocks * rows) + 1) * Columns) + CacheLine];
        byte* largest = (byte*)(((nuint)scratch + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        TInt overflow = TLanes.Broadcast(0);
        TFloat lost = TLanes.Broadcast(0f);
        var end = new BlockEnd(shape);
        TByte tiny = Exponents(shape, rows, aCodes, bCodes, largest, terms, blocks, columns);

        // The shifts of the next outputs are made before the end of these outputs: both wait for conversions, but not for each other. Not where
        // the next outputs are these again, because there is only one row, nor where the end of a block needs the registers.
        float* behind = c + (rows * Columns);
        bool ahead = (rows > 1 || columns > 4 * n) && typeof(TOutput) != typeof(RoundedDownOutput);
        Shifts(end, c, largest, out TInt n0, out TInt n1, out TInt n2, out TInt n3);
        for (int block = 0; block < blocks; block++, a += terms, b += terms * Columns)
        {
            float* row = a;
            for (float* line = c; line < behind; line += Columns, largest += Columns, row += Chunk)
            {
                for (int column = 0; column < columns; column += 4 * n)
                {
                    float* tile = line + column;
                    if (!ahead)
                    {
                        Shifts(end, tile, largest + column, out n0, out n1, out n2, out n3);
                    }
                    TInt s0 = n0, d0 = Start(tile + (0 * n), s0);
                    TInt s1 = n1, d1 = Start(tile + (1 * n), s1);
                    TInt s2 = n2, d2 = Start(tile + (2 * n), s2);
                    TInt s3 = n3, d3 = Start(tile + (3 * n), s3);
                    float* left = row;
                    float* right = b + column;
                    for (float* half = right + (part * Columns); right < half; right += 2 * Columns, left += 2)
                    {
                        TFloat one = TLanes.Broadcast(left);
                        d0 = TLanes.Accumulate(d0, one, TLanes.Load(right + (0 * n)), s0);
                        d1 = TLanes.Accumulate(d1, one, TLanes.Load(right + (1 * n)), s1);
                        d2 = TLanes.Accumulate(d2, one, TLanes.Load(right + (2 * n)), s2);
                        d3 = TLanes.Accumulate(d3, one, TLanes.Load(right + (3 * n)), s3);
                        one = TLanes.Broadcast(left + 1);
                        d0 = TLanes.Accumulate(d0, one, TLanes.Load(right + Columns + (0 * n)), s0);
                        d1 = TLanes.Accumulate(d1, one, TLanes.Load(right + Columns + (1 * n)), s1);
                        d2 = TLanes.Accumulate(d2, one, TLanes.Load(right + Columns + (2 * n)), s2);
                        d3 = TLanes.Accumulate(d3, one, TLanes.Load(right + Columns + (3 * n)), s3);
                    }
                    if (part < terms)
                    {
                        TInt h0 = d0, h1 = d1, h2 = d2, h3 = d3;
                        d0 = d1 = d2 = d3 = TLanes.Broadcast(0);
                        for (int k = part; k < terms; k++, right += Columns, left++)
                        {
                            TFloat one = TLanes.Broadcast(left);
                            d0 = TLanes.Accumulate(d0, one, TLanes.Load(right + (0 * n)), s0);
                            d1 = TLanes.Accumulate(d1, one, TLanes.Load(right + (1 * n)), s1);
                            d2 = TLanes.Accumulate(d2, one, TLanes.Load(right + (2 * n)), s2);
                            d3 = TLanes.Accumulate(d3, one, TLanes.Load(right + (3 * n)), s3);
                        }
                        d0 = TLanes.AddHalves(h0, d0, ref overflow);
                        d1 = TLanes.AddHalves(h1, d1, ref overflow);
                        d2 = TLanes.AddHalves(h2, d2, ref overflow);
                        d3 = TLanes.AddHalves(h3, d3, ref overflow);
                    }
                    if (ahead)
                    {
                        int next = column + (4 * n) < columns ? column + (4 * n) : Columns;
                        Shifts(end, line + next < behind ? line + next : c, largest + next, out n0, out n1, out n2, out n3);
                    }
                    if (typeof(TOutput) == typeof(RoundedDownOutput))
                    {
                        RoundDown(end, d0, d1, d2, d3, s0, s1, s2, s3, tile, n);
                        continue;
                    }
                    TLanes.Store(tile + (0 * n), Round(end, d0, s0, ref lost));
                    TLanes.Store(tile + (1 * n), Round(end, d1, s1, ref lost));
                    TLanes.Store(tile + (2 * n), Round(end, d2, s2, ref lost));
                    TLanes.Store(tile + (3 * n), Round(end, d3, s3, ref lost));
                }
            }
        }
        return !TLanes.Any(tiny, overflow, lost);
    }

    // The shifts of four registers of outputs. Only where these are a whole row are the exponents in another order than the columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Shifts(in BlockEnd end, float* tile, byte* largest, out TInt s0, out TInt s1, out TInt s2, out TInt s3)
    {
        int n = TLanes.Count;
        s0 = Shift(end, tile + (0 * n), largest, 0 * n, TLanes.Select(0 * n));
        s1 = Shift(end, tile + (1 * n), largest, 1 * n, TLanes.Select(1 * n));
        s2 = Shift(end, tile + (2 * n), largest, 2 * n, TLanes.Select(2 * n));
        s3 = Shift(end, tile + (3 * n), largest, 3 * n, TLanes.Select(3 * n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Shift(in BlockEnd end, float* c, byte* exponents, int column, TByte select)
    {
        if (typeof(TOutput) == typeof(RoundedDownOutput))
        {
            return TLanes.Shift(exponents + column, end.Bias);
        }
        TFloat largest = TLanes.Larger(TLanes.Load(c), exponents, column, select);
        return typeof(TOutput) == typeof(Fp16Output)
            ? TLanes.Shift(TLanes.Load(c), largest, end.Bias, end.SmallestHalf)
            : TLanes.Shift(largest, end.Bias);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Start(float* c, TInt shift) =>
        typeof(TOutput) == typeof(RoundedDownOutput) ? TLanes.Broadcast(0) : TLanes.Start(TLanes.Load(c), shift);

    // The ends of four registers, a step apart. Where all addends are near, half of the work is not needed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RoundDown(
        in BlockEnd end, TInt d0, TInt d1, TInt d2, TInt d3, TInt s0, TInt s1, TInt s2, TInt s3, float* c, int step)
    {
        float* c1 = c + step, c2 = c1 + step, c3 = c2 + step;
        if (end.ExpectsNear)
        {
            TInt p0 = TLanes.Products(s0, end.Bias), p1 = TLanes.Products(s1, end.Bias), p2 = TLanes.Products(s2, end.Bias), p3 = TLanes.Products(s3, end.Bias);
            TInt w0 = TLanes.Addend(end.RoundedDown, p0, TLanes.Load(c)), w1 = TLanes.Addend(end.RoundedDown, p1, TLanes.Load(c1));
            TInt w2 = TLanes.Addend(end.RoundedDown, p2, TLanes.Load(c2)), w3 = TLanes.Addend(end.RoundedDown, p3, TLanes.Load(c3));
            if (TLanes.AreNear(w0, w1, w2, w3))
            {
                TLanes.Store(c, TLanes.RoundNear(d0, w0, p0));
                TLanes.Store(c1, TLanes.RoundNear(d1, w1, p1));
                TLanes.Store(c2, TLanes.RoundNear(d2, w2, p2));
                TLanes.Store(c3, TLanes.RoundNear(d3, w3, p3));
                return;
            }
        }
        RoundDown(end, d0, s0, c);
        RoundDown(end, d1, s1, c1);
        RoundDown(end, d2, s2, c2);
        RoundDown(end, d3, s3, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RoundDown(in BlockEnd end, TInt sum, TInt shift, float* c) =>
        TLanes.Store(c, TLanes.RoundDown(end.RoundedDown, sum, TLanes.Products(shift, end.Bias), TLanes.Load(c)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Round(in BlockEnd end, TInt sum, TInt shift, ref TFloat lost)
    {
        if (typeof(TOutput) == typeof(Fp16Output))
        {
            return TLanes.RoundFp16(sum, TLanes.Unit(end.One, shift), end.ToTrueScale, end.FromTrueScale, ref lost);
        }
        return typeof(TOutput) == typeof(E8M13Output) ? TLanes.RoundE8M13(sum, TLanes.Unit(end.One, shift)) : TLanes.RoundFp32(sum, TLanes.Unit(end.One, shift));
    }

    /// <summary>The exponents of all blocks at once: 8 rows of 64 bytes for each.</summary>
    /// <returns>Not zero where a block has products, but none that the kernel can align it to.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TByte Exponents8(in TruncatedShape shape, uint* a, byte* b, byte* largest, int terms, int blocks)
    {
        var end = new CodeEnd(shape);
        TByte tiny = TLanes.Broadcast((byte)0);
        for (int block = 0; block < blocks; block++, a += terms, b += terms * Columns, largest += 8 * Columns)
        {
            for (int column = 0; column < Columns; column += 4 * TLanes.Count)
            {
                TByte e0, e1, e2, e3, e4, e5, e6, e7;
                e0 = e1 = e2 = e3 = e4 = e5 = e6 = e7 = end.First;
                byte* line = b + column;
                for (int k = 0; k < terms; k++, line += Columns)
                {
                    TByte right = TLanes.LoadBytes(line);
                    e0 = TLanes.LargerCode(e0, a + (0 * Chunk) + k, right);
                    e1 = TLanes.LargerCode(e1, a + (1 * Chunk) + k, right);
                    e2 = TLanes.LargerCode(e2, a + (2 * Chunk) + k, right);
                    e3 = TLanes.LargerCode(e3, a + (3 * Chunk) + k, right);
                    e4 = TLanes.LargerCode(e4, a + (4 * Chunk) + k, right);
                    e5 = TLanes.LargerCode(e5, a + (5 * Chunk) + k, right);
                    e6 = TLanes.LargerCode(e6, a + (6 * Chunk) + k, right);
                    e7 = TLanes.LargerCode(e7, a + (7 * Chunk) + k, right);
                }
                byte* target = largest + column;
                tiny = Store(target + (0 * Columns), e0, tiny, end);
                tiny = Store(target + (1 * Columns), e1, tiny, end);
                tiny = Store(target + (2 * Columns), e2, tiny, end);
                tiny = Store(target + (3 * Columns), e3, tiny, end);
                tiny = Store(target + (4 * Columns), e4, tiny, end);
                tiny = Store(target + (5 * Columns), e5, tiny, end);
                tiny = Store(target + (6 * Columns), e6, tiny, end);
                tiny = Store(target + (7 * Columns), e7, tiny, end);
            }
        }
        return tiny;
    }

    /// <summary>The exponents of all blocks for any number of rows: as many lines of 64 bytes for each block, of which <paramref name="columns"/> are wanted.</summary>
    public static TByte Exponents(in TruncatedShape shape, int rows, uint* a, byte* b, byte* largest, int terms, int blocks, int columns)
    {
        var end = new CodeEnd(shape);
        TByte tiny = TLanes.Broadcast((byte)0);
        int row = 0;
        // For that, two registers side by side must be there, and wanted.
        for (; row + 4 <= rows && 8 * TLanes.Count <= Columns && columns > 4 * TLanes.Count; row += 4)
        {
            tiny = TLanes.Max(tiny, Exponents4(a + (row * Chunk), b, largest + (row * Columns), rows * Columns, terms, blocks, end));
        }
        for (; row < rows; row++)
        {
            tiny = TLanes.Max(tiny, Exponents1(a + (row * Chunk), b, largest + (row * Columns), rows * Columns, terms, blocks, columns, end));
        }
        return tiny;
    }

    // Four rows, two registers of columns at a time; the lines of a block lie `stride` bytes behind those of the one before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TByte Exponents4(uint* a, byte* b, byte* largest, int stride, int terms, int blocks, in CodeEnd end)
    {
        int n = 4 * TLanes.Count;
        TByte tiny = TLanes.Broadcast((byte)0);
        for (uint* behind = a + (blocks * terms); a < behind; a += terms, b += terms * Columns, largest += stride)
        {
            for (int column = 0; column < Columns; column += 2 * n)
            {
                TByte l0, l1, l2, l3, r0, r1, r2, r3;
                l0 = l1 = l2 = l3 = r0 = r1 = r2 = r3 = end.First;
                byte* line = b + column;
                for (uint* one = a; one < a + terms; one++, line += Columns)
                {
                    TByte left = TLanes.LoadBytes(line), right = TLanes.LoadBytes(line + n);
                    l0 = TLanes.LargerCode(l0, one + (0 * Chunk), left);
                    r0 = TLanes.LargerCode(r0, one + (0 * Chunk), right);
                    l1 = TLanes.LargerCode(l1, one + (1 * Chunk), left);
                    r1 = TLanes.LargerCode(r1, one + (1 * Chunk), right);
                    l2 = TLanes.LargerCode(l2, one + (2 * Chunk), left);
                    r2 = TLanes.LargerCode(r2, one + (2 * Chunk), right);
                    l3 = TLanes.LargerCode(l3, one + (3 * Chunk), left);
                    r3 = TLanes.LargerCode(r3, one + (3 * Chunk), right);
                }
                byte* target = largest + column;
                tiny = Store(target + (0 * Columns), l0, tiny, end);
                tiny = Store(target + (1 * Columns), l1, tiny, end);
                tiny = Store(target + (2 * Columns), l2, tiny, end);
                tiny = Store(target + (3 * Columns), l3, tiny, end);
                tiny = Store(target + (0 * Columns) + n, r0, tiny, end);
                tiny = Store(target + (1 * Columns) + n, r1, tiny, end);
                tiny = Store(target + (2 * Columns) + n, r2, tiny, end);
                tiny = Store(target + (3 * Columns) + n, r3, tiny, end);
            }
        }
        return tiny;
    }

    // One row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TByte Exponents1(uint* a, byte* b, byte* largest, int stride, int terms, int blocks, int columns, in CodeEnd end)
    {
        TByte tiny = TLanes.Broadcast((byte)0);
        for (uint* behind = a + (blocks * terms); a < behind; a += terms, b += terms * Columns, largest += stride)
        {
            for (int column = 0; column < columns; column += 4 * TLanes.Count)
            {
                TByte e = end.First;
                byte* line = b + column;
                for (uint* one = a; one < a + terms; one++, line += Columns)
                {
                    e = TLanes.LargerCode(e, one, TLanes.LoadBytes(line));
                }
                tiny = Store(largest + column, e, tiny, end);
            }
        }
        return tiny;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TByte Store(byte* target, TByte largest, TByte tiny, in CodeEnd end)
    {
        if (typeof(TCodes) == typeof(RaisedCodes))
        {
            tiny = TLanes.Tiny(tiny, largest, end.Zero, end.Tiny);
            largest = TLanes.Subtract(TLanes.Max(largest, end.Lowest), end.Raise);
        }
        TLanes.StoreBytes(target, largest);
        return tiny;
    }

    /// <summary>How the largest code of a block becomes its exponent field.</summary>
    private readonly struct CodeEnd
    {
        /// <summary>What the search begins with: the lowest code, or 0 where the search must also see what lies below.</summary>
        public readonly TByte First;

        /// <summary>The code of <see cref="TruncatedShape.LowestField"/>.</summary>
        public readonly TByte Lowest;

        /// <summary>The code of <see cref="TruncatedShape.TinyField"/>.</summary>
        public readonly TByte Tiny;

        /// <summary>The highest code of a zero.</summary>
        public readonly TByte Zero;

        /// <summary><see cref="TruncatedShape.Raise"/>.</summary>
        public readonly TByte Raise;

        public CodeEnd(in TruncatedShape shape)
        {
            if (typeof(TCodes) == typeof(PlainCodes))
            {
                First = TLanes.Broadcast((byte)shape.LowestField);
                return;
            }
            int raise = shape.Raise;
            Lowest = TLanes.Broadcast((byte)(shape.LowestField + raise));
            Tiny = TLanes.Broadcast((byte)(shape.TinyField + raise));
            Zero = TLanes.Broadcast((byte)shape.HighestZeroCode);
            Raise = TLanes.Broadcast((byte)raise);
        }
    }

    /// <summary>What does not change from block to block.</summary>
    private readonly struct BlockEnd
    {
        public readonly TInt Bias;
        public readonly TInt One;
        public readonly RoundedDownEnd.Constants<TInt> RoundedDown;
        public readonly bool ExpectsNear;
        public readonly TFloat ToTrueScale;
        public readonly TFloat FromTrueScale;
        public readonly TFloat SmallestHalf;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public BlockEnd(in TruncatedShape shape)
        {
            Bias = TLanes.Broadcast((shape.FractionBits + 127) << 23);
            // A field and not a constant: with a constant, the just-in-time compiler makes two operations of the subtraction.
            One = TLanes.Broadcast(127 << 23);
            ExpectsNear = shape.ExpectsNear;
            RoundedDown = new(TLanes.Broadcast(RoundedDownEnd.ToUnit), TLanes.Broadcast(RoundedDownEnd.Word));
            if (typeof(TOutput) == typeof(Fp16Output))
            {
                ToTrueScale = TLanes.Broadcast(MathF.ScaleB(1, shape.Offset));
                FromTrueScale = TLanes.Broadcast(MathF.ScaleB(1, -shape.Offset));
                SmallestHalf = TLanes.Broadcast(MathF.ScaleB(1, -14 - shape.Offset));
            }
        }
    }
}
