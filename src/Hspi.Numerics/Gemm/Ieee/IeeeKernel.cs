using System.Runtime.CompilerServices;

namespace Hspi.Numerics.Gemm.Ieee;

/// <summary>The kernel of units made of FP32 operations: eight rows, or one, by one register of outputs at a time, all terms at once.</summary>
/// <remarks>Each output is one chain of additions over ascending k, so its sum stays in a register from the first term to the last. An addition has to wait for the
/// one before it in its chain; with eight rows, seven other chains use that time. A single row uses four registers of outputs instead.</remarks>
internal static unsafe class IeeeKernel<TLanes, TFloat, TSteps>
    where TLanes : struct, IIeeeLanes<TFloat>
    where TFloat : struct
    where TSteps : struct, IIeeeSteps
{
    private const int Columns = IeeePanels.PanelColumns;

    /// <summary>Adds all terms to eight rows of up to 64 outputs.</summary>
    /// <param name="a">Eight rows, <paramref name="stride"/> numbers apart.</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="b">Terms lines of 64 columns.</param>
    /// <param name="c">[8, 64], read and written.</param>
    /// <param name="terms">Products per output.</param>
    /// <param name="columns">Outputs per row that are wanted; the last register is done whole.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8(float* a, int stride, float* b, float* c, int terms, int columns)
    {
        for (int column = 0; column < columns; column += TLanes.Count, b += TLanes.Count, c += TLanes.Count)
        {
            TFloat d0 = TLanes.Load(c + (0 * Columns)), d1 = TLanes.Load(c + (1 * Columns));
            TFloat d2 = TLanes.Load(c + (2 * Columns)), d3 = TLanes.Load(c + (3 * Columns));
            TFloat d4 = TLanes.Load(c + (4 * Columns)), d5 = TLanes.Load(c + (5 * Columns));
            TFloat d6 = TLanes.Load(c + (6 * Columns)), d7 = TLanes.Load(c + (7 * Columns));
            float* right = b;
            float* left = a;
            float* lower = a + (4 * stride);
            int k = 0;
            for (; k <= terms - 4; k += 4, right += 4 * Columns, left += 4, lower += 4)
            {
                TFloat b0 = TLanes.Load(right), b1 = TLanes.Load(right + Columns);
                TFloat b2 = TLanes.Load(right + (2 * Columns)), b3 = TLanes.Load(right + (3 * Columns));
                d0 = TSteps.Four<TLanes, TFloat>(d0, left, b0, b1, b2, b3);
                d1 = TSteps.Four<TLanes, TFloat>(d1, left + stride, b0, b1, b2, b3);
                d2 = TSteps.Four<TLanes, TFloat>(d2, left + (2 * stride), b0, b1, b2, b3);
                d3 = TSteps.Four<TLanes, TFloat>(d3, left + (3 * stride), b0, b1, b2, b3);
                d4 = TSteps.Four<TLanes, TFloat>(d4, lower, b0, b1, b2, b3);
                d5 = TSteps.Four<TLanes, TFloat>(d5, lower + stride, b0, b1, b2, b3);
                d6 = TSteps.Four<TLanes, TFloat>(d6, lower + (2 * stride), b0, b1, b2, b3);
                d7 = TSteps.Four<TLanes, TFloat>(d7, lower + (3 * stride), b0, b1, b2, b3);
            }
            for (; k < terms; k += TSteps.LeastTerms, right += TSteps.LeastTerms * Columns, left += TSteps.LeastTerms, lower += TSteps.LeastTerms)
            {
                TFloat b0 = TLanes.Load(right), b1 = TSteps.LeastTerms > 1 ? TLanes.Load(right + Columns) : b0;
                d0 = TSteps.Least<TLanes, TFloat>(d0, left, b0, b1);
                d1 = TSteps.Least<TLanes, TFloat>(d1, left + stride, b0, b1);
                d2 = TSteps.Least<TLanes, TFloat>(d2, left + (2 * stride), b0, b1);
                d3 = TSteps.Least<TLanes, TFloat>(d3, left + (3 * stride), b0, b1);
                d4 = TSteps.Least<TLanes, TFloat>(d4, lower, b0, b1);
                d5 = TSteps.Least<TLanes, TFloat>(d5, lower + stride, b0, b1);
                d6 = TSteps.Least<TLanes, TFloat>(d6, lower + (2 * stride), b0, b1);
                d7 = TSteps.Least<TLanes, TFloat>(d7, lower + (3 * stride), b0, b1);
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
    }

    /// <summary>Adds all terms to one row of up to 64 outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1(float* a, float* b, float* c, int terms, int columns)
    {
        int n = TLanes.Count;
        for (int column = 0; column < columns; column += 4 * n, b += 4 * n, c += 4 * n)
        {
            TFloat d0 = TLanes.Load(c), d1 = TLanes.Load(c + n), d2 = TLanes.Load(c + (2 * n)), d3 = TLanes.Load(c + (3 * n));
            float* right = b;
            int k = 0;
            for (; k <= terms - 4; k += 4, right += 4 * Columns)
            {
                d0 = Four(d0, a + k, right);
                d1 = Four(d1, a + k, right + n);
                d2 = Four(d2, a + k, right + (2 * n));
                d3 = Four(d3, a + k, right + (3 * n));
            }
            for (; k < terms; k += TSteps.LeastTerms, right += TSteps.LeastTerms * Columns)
            {
                d0 = Least(d0, a + k, right);
                d1 = Least(d1, a + k, right + n);
                d2 = Least(d2, a + k, right + (2 * n));
                d3 = Least(d3, a + k, right + (3 * n));
            }
            TLanes.Store(c, d0);
            TLanes.Store(c + n, d1);
            TLanes.Store(c + (2 * n), d2);
            TLanes.Store(c + (3 * n), d3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Four(TFloat c, float* a, float* b) => TSteps.Four<TLanes, TFloat>(
        c, a, TLanes.Load(b), TLanes.Load(b + Columns), TLanes.Load(b + (2 * Columns)), TLanes.Load(b + (3 * Columns)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Least(TFloat c, float* a, float* b) => TSteps.Least<TLanes, TFloat>(
        c, a, TLanes.Load(b), TSteps.LeastTerms > 1 ? TLanes.Load(b + Columns) : TLanes.Load(b));
}
