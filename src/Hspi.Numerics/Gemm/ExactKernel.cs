using System.Runtime.CompilerServices;

namespace Hspi.Numerics.Gemm;

/// <summary>The kernel of CDNA1's E-FDPA, d = RNE_FP32(c + Σ a_k · b_k), in FP64.</summary>
/// <remarks>
/// Products of 11-bit significands are exact in FP64. Where the processor rounds additions up and down as it makes them, every block is
/// summed both ways; the exact sum lies between, and where both ends are nearest to one FP32 number, so is everything between them
/// (<see cref="TwoBetween"/>, <see cref="FourBetween"/>). Sums of ordinary data are exact in FP64, and both ends the same.
/// <para>Elsewhere, and where the ends differ once: every term is a multiple of the smallest product's last place, 2^q; as long as no
/// sum reaches 2^(q + 53), all additions are exact as well, and the conversion to FP32 is the one rounding (<see cref="TwoExact"/>, <see cref="FourExact"/>).</para>
/// <para>Where sums may be larger, they are rounded to odd in FP64 first: a set last bit stands for all that was cut, and 53 bits are
/// more than the 24 + 2 that make the second rounding right (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
/// Two products and an addend may lie anywhere.</para>
/// <para>The sum of four products of FP16, multiples of 2^-48 below 2^32, has 82 bits at most. Where it has more than 53, each product is parted
/// at 2^-18: both parts' sums are exact, and the two are added as two products are.</para>
/// </remarks>
internal static unsafe class ExactKernel<TLanes, TDouble, TBlock>
    where TLanes : struct, IExactLanes<TDouble>
    where TDouble : struct
    where TBlock : struct
{
    private const int Columns = IeeePanels.PanelColumns;

    /// <summary>Adds all terms to eight rows of up to 64 outputs.</summary>
    /// <param name="a">Eight rows, <paramref name="stride"/> numbers apart.</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="b">Terms lines of 64 columns.</param>
    /// <param name="c">[8, 64], read and written.</param>
    /// <param name="terms">Products per output: whole blocks.</param>
    /// <param name="columns">Outputs per row that are wanted; the last register is done whole.</param>
    /// <param name="limit">2^(q + 53).</param>
    /// <returns>False if a result reached the limit or two ends differed, and the outputs are not to be used.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Rows8(double* a, int stride, float* b, float* c, int terms, int columns, double limit)
    {
        TDouble largest = TLanes.Zero;
        for (int column = 0; column < columns; column += TLanes.Count, b += TLanes.Count, c += TLanes.Count)
        {
            TDouble d0 = Addend(c + (0 * Columns)), d1 = Addend(c + (1 * Columns));
            TDouble d2 = Addend(c + (2 * Columns)), d3 = Addend(c + (3 * Columns));
            TDouble d4 = Addend(c + (4 * Columns)), d5 = Addend(c + (5 * Columns));
            TDouble d6 = Addend(c + (6 * Columns)), d7 = Addend(c + (7 * Columns));
            float* right = b;
            double* left = a;
            double* lower = a + (4 * stride);
            for (int k = 0; k < terms; k += Terms, right += Terms * Columns, left += Terms, lower += Terms)
            {
                TDouble b0 = TLanes.Load(right), b1 = TLanes.Load(right + Columns);
                TDouble b2 = Terms > 2 ? TLanes.Load(right + (2 * Columns)) : b0, b3 = Terms > 2 ? TLanes.Load(right + (3 * Columns)) : b0;
                d0 = Block(d0, left, b0, b1, b2, b3, ref largest);
                d1 = Block(d1, left + stride, b0, b1, b2, b3, ref largest);
                d2 = Block(d2, left + (2 * stride), b0, b1, b2, b3, ref largest);
                d3 = Block(d3, left + (3 * stride), b0, b1, b2, b3, ref largest);
                d4 = Block(d4, lower, b0, b1, b2, b3, ref largest);
                d5 = Block(d5, lower + stride, b0, b1, b2, b3, ref largest);
                d6 = Block(d6, lower + (2 * stride), b0, b1, b2, b3, ref largest);
                d7 = Block(d7, lower + (3 * stride), b0, b1, b2, b3, ref largest);
            }
            TLanes.Store(c + (0 * Columns), d0);
            TLanes.Store(c + (1 * Columns), d1);
            TLanes.Store(c + (2 * Columns), d2);
            TLanes.Store(c + (3 * Columns), d3);
            TLanes.Store(c + (4 * Columns), d4);
            TLanes.Store(c + (5 * Columns), d5);
            TLanes.Store(c + (6 * Columns), d6);
            TLanes.Store(c + (7 * Columns), d7);
        }
        return IsBetween ? TLanes.Agreed(largest) : !TLanes.Reaches(largest, limit);
    }

    /// <summary>The same for one row, four registers at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Rows1(double* a, float* b, float* c, int terms, int columns, double limit)
    {
        TDouble largest = TLanes.Zero;
        int n = TLanes.Count;
        for (int column = 0; column < columns; column += 4 * n, b += 4 * n, c += 4 * n)
        {
            TDouble d0 = Addend(c), d1 = Addend(c + n), d2 = Addend(c + (2 * n)), d3 = Addend(c + (3 * n));
            float* right = b;
            for (int k = 0; k < terms; k += Terms, right += Terms * Columns)
            {
                d0 = Block(d0, a + k, right, ref largest);
                d1 = Block(d1, a + k, right + n, ref largest);
                d2 = Block(d2, a + k, right + (2 * n), ref largest);
                d3 = Block(d3, a + k, right + (3 * n), ref largest);
            }
            TLanes.Store(c, d0);
            TLanes.Store(c + n, d1);
            TLanes.Store(c + (2 * n), d2);
            TLanes.Store(c + (3 * n), d3);
        }
        return IsBetween ? TLanes.Agreed(largest) : !TLanes.Reaches(largest, limit);
    }

    // Inlined by order: left to itself, the JIT calls it in the innermost loop.
    private static int Terms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TBlock) == typeof(TwoExact) || typeof(TBlock) == typeof(TwoToOdd) || typeof(TBlock) == typeof(TwoBetween) ? 2 : 4;
    }

    private static bool IsBetween
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TBlock) == typeof(TwoBetween) || typeof(TBlock) == typeof(FourBetween);
    }

    // Rounding up makes +0 of any sum of zeros but that of negative ones alone: so no addend is negative zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble Addend(float* c) => IsBetween ? TLanes.Add(TLanes.Load(c), TLanes.Zero) : TLanes.Load(c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble Block(TDouble c, double* a, float* b, ref TDouble largest)
    {
        TDouble b0 = TLanes.Load(b), b1 = TLanes.Load(b + Columns);
        return Terms == 2
            ? Block(c, a, b0, b1, b0, b0, ref largest)
            : Block(c, a, b0, b1, TLanes.Load(b + (2 * Columns)), TLanes.Load(b + (3 * Columns)), ref largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble Block(TDouble c, double* a, TDouble b0, TDouble b1, TDouble b2, TDouble b3, ref TDouble largest)
    {
        if (IsBetween)
        {
            TDouble up = TLanes.MultiplyAddUp(a + 1, b1, TLanes.MultiplyAddUp(a, b0, c));
            TDouble down = TLanes.MultiplyAddDown(a + 1, b1, TLanes.MultiplyAddDown(a, b0, c));
            if (Terms > 2)
            {
                up = TLanes.MultiplyAddUp(a + 3, b3, TLanes.MultiplyAddUp(a + 2, b2, up));
                down = TLanes.MultiplyAddDown(a + 3, b3, TLanes.MultiplyAddDown(a + 2, b2, down));
            }
            return TLanes.RoundToSingle(up, down, ref largest);
        }

        if (typeof(TBlock) == typeof(TwoToOdd))
        {
            TDouble p0 = TLanes.MultiplyAdd(a, b0, TLanes.Zero), p1 = TLanes.MultiplyAdd(a + 1, b1, TLanes.Zero);
            TDouble products = TLanes.Add(p0, p1), sum = TLanes.Add(c, products);
            TDouble rest = AddToOdd(TLanes.Error(c, products, sum), TLanes.Error(p0, p1, products));
            return TLanes.RoundToSingle(AddToOdd(sum, rest));
        }

        if (typeof(TBlock) == typeof(FourApart))
        {
            TDouble p0 = TLanes.MultiplyAdd(a, b0, TLanes.Zero), p1 = TLanes.MultiplyAdd(a + 1, b1, TLanes.Zero);
            TDouble p2 = TLanes.MultiplyAdd(a + 2, b2, TLanes.Zero), p3 = TLanes.MultiplyAdd(a + 3, b3, TLanes.Zero);
            TDouble c0 = TLanes.Coarse(p0), c1 = TLanes.Coarse(p1), c2 = TLanes.Coarse(p2), c3 = TLanes.Coarse(p3);
            TDouble coarse = TLanes.Add(TLanes.Add(c0, c1), TLanes.Add(c2, c3));
            TDouble fine = TLanes.Add(
                TLanes.Add(TLanes.Rest(p0, c0), TLanes.Rest(p1, c1)), TLanes.Add(TLanes.Rest(p2, c2), TLanes.Rest(p3, c3)));
            TDouble products = TLanes.Add(coarse, fine), sum = TLanes.Add(c, products);
            TDouble rest = AddToOdd(TLanes.Error(c, products, sum), TLanes.Error(coarse, fine, products));
            return TLanes.RoundToSingle(AddToOdd(sum, rest));
        }

        // +0 first: a sum of nothing but zeros is +0, whatever their signs.
        TDouble s = TLanes.MultiplyAdd(a + 1, b1, TLanes.MultiplyAdd(a, b0, TLanes.Zero));
        if (Terms > 2)
        {
            s = TLanes.MultiplyAdd(a + 3, b3, TLanes.MultiplyAdd(a + 2, b2, s));
        }
        if (typeof(TBlock) == typeof(FourToOdd))
        {
            return TLanes.RoundToSingle(AddToOdd(c, s));
        }
        TDouble d = TLanes.RoundToSingle(TLanes.Add(c, s));
        largest = TLanes.LargerMagnitude(largest, d);
        return d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDouble AddToOdd(TDouble x, TDouble y)
    {
        TDouble sum = TLanes.Add(x, y);
        return TLanes.ToOdd(sum, TLanes.Error(x, y, sum));
    }
}

/// <summary>Blocks of two products, summed once up and once down.</summary>
internal readonly struct TwoBetween;

/// <summary>Blocks of four products, summed once up and once down.</summary>
internal readonly struct FourBetween;

/// <summary>Blocks of two products whose sums are exact.</summary>
internal readonly struct TwoExact;

/// <summary>Blocks of four products whose sums are exact.</summary>
internal readonly struct FourExact;

/// <summary>Blocks of two products anywhere, rounded to odd.</summary>
internal readonly struct TwoToOdd;

/// <summary>Blocks of four products of FP16 anywhere, rounded to odd.</summary>
internal readonly struct FourApart;

/// <summary>Blocks of four products whose sum, but not that with the addend, is exact.</summary>
internal readonly struct FourToOdd;
