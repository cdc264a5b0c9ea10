using System.Runtime.CompilerServices;
using Hspi.Numerics.Gemm.Ieee;

namespace Hspi.Numerics.Gemm.Exact;

/// <summary>The kernel of MI100 (CDNA1), in FP64: each block adds its products to c exactly and rounds the sum once to FP32 (E-FDPA).</summary>
/// <remarks>
/// A product of two significands of 11 bits is exact in FP64. Let 2^q be the value of the last bit of the smallest product or addend: every term is a
/// multiple of 2^q. Where no sum can exceed 2^(q + 53), all additions are exact as well, and the conversion to FP32 is the only rounding
/// (<see cref="TwoFitting"/>, <see cref="FourFitting"/>). <see cref="IeeeProduct"/> knows beforehand from magnitudes where that holds, some dozen terms at a time.
/// <para>Elsewhere a sum is first rounded to FP64 and then to FP32. Rounding twice can give a wrong last bit, unless the first rounding sets the last bit
/// of its result whenever it cuts anything off ("rounded to odd"; Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008). FP64's
/// 53 bits are more than the 24 + 2 that this needs. Two products and an addend may lie anywhere.</para>
/// <para>Four products of FP16 are multiples of 2^-48 below 2^32, so their sum has 82 bits at most. Where it has more than 53, each product is split
/// at 2^-18. The sum of the upper parts and that of the lower parts are both exact, and are then added as two products are.</para>
/// </remarks>
internal static unsafe class ExactKernel<TLanes, TDouble, TBlock>
    where TLanes : struct, IExactLanes<TDouble>
    where TDouble : struct
    where TBlock : struct
{
    private const int Columns = IeeePanels.PanelColumns;
    private const int Rows = ExactKernels.Rows;

    /// <summary>Adds all terms to eight rows of up to 64 outputs, two registers of a row at a time, which share each left operand. Only for blocks whose
    /// sums are exact: others have more steps than the just-in-time compiler inlines here.</summary>
    /// <param name="a">For each term a line with its number in each of the <see cref="Rows"/> rows. Whole rows, one after another, would often lie a
    /// power of two apart and so compete for the same lines of the cache.</param>
    /// <param name="b">Terms lines of 64 columns.</param>
    /// <param name="c">[8, 64], read and written.</param>
    /// <param name="terms">Products per output: whole blocks.</param>
    /// <param name="columns">Outputs per row that are wanted; the last two registers are done whole.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8(double* a, float* b, float* c, int terms, int columns)
    {
        int n = TLanes.Count;
        for (int column = 0; column < columns; column += 2 * n, b += 2 * n, c += 2 * n)
        {
            TDouble d0 = Addend(c + (0 * Columns)), e0 = Addend(c + (0 * Columns) + n);
            TDouble d1 = Addend(c + (1 * Columns)), e1 = Addend(c + (1 * Columns) + n);
            TDouble d2 = Addend(c + (2 * Columns)), e2 = Addend(c + (2 * Columns) + n);
            TDouble d3 = Addend(c + (3 * Columns)), e3 = Addend(c + (3 * Columns) + n);
            TDouble d4 = Addend(c + (4 * Columns)), e4 = Addend(c + (4 * Columns) + n);
            TDouble d5 = Addend(c + (5 * Columns)), e5 = Addend(c + (5 * Columns) + n);
            TDouble d6 = Addend(c + (6 * Columns)), e6 = Addend(c + (6 * Columns) + n);
            TDouble d7 = Addend(c + (7 * Columns)), e7 = Addend(c + (7 * Columns) + n);
            float* right = b;
            double* left = a;
            for (int k = 0; k < terms; k += Terms, right += Terms * Columns, left += Terms * Rows)
            {
                TDouble b0 = TLanes.Load(right), b1 = TLanes.Load(right + Columns);
                TDouble b2 = Terms > 2 ? TLanes.Load(right + (2 * Columns)) : b0, b3 = Terms > 2 ? TLanes.Load(right + (3 * Columns)) : b0;
                TDouble f0 = TLanes.Load(right + n), f1 = TLanes.Load(right + Columns + n);
                TDouble f2 = Terms > 2 ? TLanes.Load(right + (2 * Columns) + n) : f0, f3 = Terms > 2 ? TLanes.Load(right + (3 * Columns) + n) : f0;
                d0 = Block(d0, left, b0, b1, b2, b3);
                e0 = Block(e0, left, f0, f1, f2, f3);
                d1 = Block(d1, left + 1, b0, b1, b2, b3);
                e1 = Block(e1, left + 1, f0, f1, f2, f3);
                d2 = Block(d2, left + 2, b0, b1, b2, b3);
                e2 = Block(e2, left + 2, f0, f1, f2, f3);
                d3 = Block(d3, left + 3, b0, b1, b2, b3);
                e3 = Block(e3, left + 3, f0, f1, f2, f3);
                d4 = Block(d4, left + 4, b0, b1, b2, b3);
                e4 = Block(e4, left + 4, f0, f1, f2, f3);
                d5 = Block(d5, left + 5, b0, b1, b2, b3);
                e5 = Block(e5, left + 5, f0, f1, f2, f3);
                d6 = Block(d6, left + 6, b0, b1, b2, b3);
                e6 = Block(e6, left + 6, f0, f1, f2, f3);
                d7 = Block(d7, left + 7, b0, b1, b2, b3);
                e7 = Block(e7, left + 7, f0, f1, f2, f3);
            }
            TLanes.Store(c + (0 * Columns), d0);
            TLanes.Store(c + (0 * Columns) + n, e0);
            TLanes.Store(c + (1 * Columns), d1);
            TLanes.Store(c + (1 * Columns) + n, e1);
            TLanes.Store(c + (2 * Columns), d2);
            TLanes.Store(c + (2 * Columns) + n, e2);
            TLanes.Store(c + (3 * Columns), d3);
            TLanes.Store(c + (3 * Columns) + n, e3);
            TLanes.Store(c + (4 * Columns), d4);
            TLanes.Store(c + (4 * Columns) + n, e4);
            TLanes.Store(c + (5 * Columns), d5);
            TLanes.Store(c + (5 * Columns) + n, e5);
            TLanes.Store(c + (6 * Columns), d6);
            TLanes.Store(c + (6 * Columns) + n, e6);
            TLanes.Store(c + (7 * Columns), d7);
            TLanes.Store(c + (7 * Columns) + n, e7);
        }
    }

    /// <summary>Adds all terms to one row, eight registers at a time. For any blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1(double* a, float* b, float* c, int terms, int columns)
    {
        int n = TLanes.Count;
        for (int column = 0; column < columns; column += 8 * n, b += 8 * n, c += 8 * n)
        {
            TDouble d0 = Addend(c + (0 * n)), d1 = Addend(c + (1 * n)), d2 = Addend(c + (2 * n)), d3 = Addend(c + (3 * n));
            TDouble d4 = Addend(c + (4 * n)), d5 = Addend(c + (5 * n)), d6 = Addend(c + (6 * n)), d7 = Addend(c + (7 * n));
            float* right = b;
            double* left = a;
            for (int k = 0; k < terms; k += Terms, right += Terms * Columns, left += Terms * Rows)
            {
                d0 = Block(d0, left, right + (0 * n));
                d1 = Block(d1, left, right + (1 * n));
                d2 = Block(d2, left, right + (2 * n));
                d3 = Block(d3, left, right + (3 * n));
                d4 = Block(d4, left, right + (4 * n));
                d5 = Block(d5, left, right + (5 * n));
                d6 = Block(d6, left, right + (6 * n));
                d7 = Block(d7, left, right + (7 * n));
            }
            TLanes.Store(c + (0 * n), d0);
            TLanes.Store(c + (1 * n), d1);
            TLanes.Store(c + (2 * n), d2);
            TLanes.Store(c + (3 * n), d3);
            TLanes.Store(c + (4 * n), d4);
            TLanes.Store(c + (5 * n), d5);
            TLanes.Store(c + (6 * n), d6);
            TLanes.Store(c + (7 * n), d7);
        }
    }

    // Must be inlined: left to itself, the just-in-time compiler makes a call of it in the innermost loop.
    private static int Terms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TBlock) == typeof(TwoFitting) || typeof(TBlock) == typeof(TwoToOdd) ? 2 : 4;
    }

    // Makes +0 of an addend −0: on this unit a sum of zeros is +0, whatever their signs. No later sum becomes −0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble Addend(float* c) => TLanes.Add(TLanes.Load(c), TLanes.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble Block(TDouble c, double* a, float* b)
    {
        TDouble b0 = TLanes.Load(b), b1 = TLanes.Load(b + Columns);
        return Terms == 2
            ? Block(c, a, b0, b1, b0, b0)
            : Block(c, a, b0, b1, TLanes.Load(b + (2 * Columns)), TLanes.Load(b + (3 * Columns)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble Block(TDouble c, double* a, TDouble b0, TDouble b1, TDouble b2, TDouble b3)
    {
        if (typeof(TBlock) == typeof(TwoFitting))
        {
            return TLanes.RoundInside(TLanes.MultiplyAdd(a + Rows, b1, TLanes.MultiplyAdd(a, b0, c)));
        }

        if (typeof(TBlock) == typeof(FourFitting))
        {
            TDouble two = TLanes.MultiplyAdd(a + Rows, b1, TLanes.MultiplyAdd(a, b0, c));
            return TLanes.RoundInside(TLanes.MultiplyAdd(a + (3 * Rows), b3, TLanes.MultiplyAdd(a + (2 * Rows), b2, two)));
        }

        if (typeof(TBlock) == typeof(TwoToOdd))
        {
            TDouble p0 = TLanes.MultiplyAdd(a, b0, TLanes.Zero), p1 = TLanes.MultiplyAdd(a + Rows, b1, TLanes.Zero);
            TDouble products = TLanes.Add(p0, p1), sum = TLanes.Add(c, products);
            TDouble rest = AddToOdd(TLanes.Error(c, products, sum), TLanes.Error(p0, p1, products));
            return TLanes.RoundToSingle(AddToOdd(sum, rest));
        }

        if (typeof(TBlock) == typeof(FourApart))
        {
            TDouble p0 = TLanes.MultiplyAdd(a, b0, TLanes.Zero), p1 = TLanes.MultiplyAdd(a + Rows, b1, TLanes.Zero);
            TDouble p2 = TLanes.MultiplyAdd(a + (2 * Rows), b2, TLanes.Zero), p3 = TLanes.MultiplyAdd(a + (3 * Rows), b3, TLanes.Zero);
            TDouble c0 = TLanes.Coarse(p0), c1 = TLanes.Coarse(p1), c2 = TLanes.Coarse(p2), c3 = TLanes.Coarse(p3);
            TDouble coarse = TLanes.Add(TLanes.Add(c0, c1), TLanes.Add(c2, c3));
            TDouble fine = TLanes.Add(
                TLanes.Add(TLanes.Rest(p0, c0), TLanes.Rest(p1, c1)), TLanes.Add(TLanes.Rest(p2, c2), TLanes.Rest(p3, c3)));
            TDouble products = TLanes.Add(coarse, fine), sum = TLanes.Add(c, products);
            TDouble rest = AddToOdd(TLanes.Error(c, products, sum), TLanes.Error(coarse, fine, products));
            return TLanes.RoundToSingle(AddToOdd(sum, rest));
        }

        // +0 first: a sum of nothing but zeros is +0, whatever their signs.
        TDouble s = TLanes.MultiplyAdd(a + Rows, b1, TLanes.MultiplyAdd(a, b0, TLanes.Zero));
        return TLanes.RoundToSingle(AddToOdd(c, TLanes.MultiplyAdd(a + (3 * Rows), b3, TLanes.MultiplyAdd(a + (2 * Rows), b2, s))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble AddToOdd(TDouble x, TDouble y)
    {
        TDouble sum = TLanes.Add(x, y);
        return TLanes.ToOdd(sum, TLanes.Error(x, y, sum));
    }
}

/// <summary>Blocks of two products whose sums are exact.</summary>
internal readonly struct TwoFitting;

/// <summary>Blocks of four products whose sums are exact.</summary>
internal readonly struct FourFitting;

/// <summary>Blocks of two products anywhere, rounded to odd.</summary>
internal readonly struct TwoToOdd;

/// <summary>Blocks of four products of FP16 anywhere, rounded to odd.</summary>
internal readonly struct FourApart;

/// <summary>Blocks of four products whose sum, but not that with the addend, is exact.</summary>
internal readonly struct FourToOdd;
