using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>Chooses the compiled form of <see cref="ExactKernel{TLanes, TDouble, TBlock}"/> for this processor and these operands. All forms
/// give the same bits.</summary>
internal static unsafe class ExactKernels
{
    /// <summary>Adds all terms to <paramref name="rows"/> rows, one to eight; eight are there.</summary>
    /// <remarks><paramref name="apart"/>: not even the sum of a block's products is exact in FP64.</remarks>
    public static bool Run(int blockTerms, bool toOdd, bool apart, int rows, double* a, int stride, float* b, float* c, int terms, int columns, double limit) =>
        (blockTerms, toOdd) switch
        {
            (2, false) => Run<TwoExact>(rows, a, stride, b, c, terms, columns, limit),
            (2, true) => Run<TwoToOdd>(rows, a, stride, b, c, terms, columns, limit),
            (4, false) => Run<FourExact>(rows, a, stride, b, c, terms, columns, limit),
            (4, true) when apart => Run<FourApart>(rows, a, stride, b, c, terms, columns, limit),
            (4, true) => Run<FourToOdd>(rows, a, stride, b, c, terms, columns, limit),
            _ => throw new NotSupportedException($"No kernel adds {blockTerms} products exactly."),
        };

    private static bool Run<TBlock>(int rows, double* a, int stride, float* b, float* c, int terms, int columns, double limit)
        where TBlock : struct
    {
        if (Avx512BW.IsSupported && Avx512DQ.IsSupported)
        {
            return Run<ExactLanes512, Vector512<double>, TBlock>(rows, a, stride, b, c, terms, columns, limit);
        }
        return Avx2.IsSupported
            ? Run<ExactLanes256, Vector256<double>, TBlock>(rows, a, stride, b, c, terms, columns, limit)
            : Run<ExactLanes128, Vector128<double>, TBlock>(rows, a, stride, b, c, terms, columns, limit);
    }

    private static bool Run<TLanes, TDouble, TBlock>(int rows, double* a, int stride, float* b, float* c, int terms, int columns, double limit)
        where TLanes : struct, IExactLanes<TDouble>
        where TDouble : struct
        where TBlock : struct
    {
        // Three single rows cost about as much as eight at once.
        if (rows > 3)
        {
            return ExactKernel<TLanes, TDouble, TBlock>.Rows8(a, stride, b, c, terms, columns, limit);
        }
        bool all = true;
        for (int row = 0; row < rows; row++)
        {
            all &= ExactKernel<TLanes, TDouble, TBlock>.Rows1(
                a + ((long)row * stride), b, c + (row * IeeePanels.PanelColumns), terms, columns, limit);
        }
        return all;
    }
}
