using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Ieee;

namespace Hspi.Numerics.Gemm.Exact;

/// <summary>Chooses the compiled form of <see cref="ExactKernel{TLanes, TDouble, TBlock}"/> for this processor and these operands. All forms
/// give the same bits.</summary>
internal static unsafe class ExactKernels
{
    /// <summary>Rows of the left operand whose numbers lie side by side in memory.</summary>
    public const int Rows = 8;

    /// <summary>Adds all terms to <paramref name="rows"/> rows, one to eight; eight are there where they are more than <see cref="IeeeKernels.SingleRows"/>.</summary>
    public static void Run(int blockTerms, ExactSums sums, int rows, double* a, float* b, float* c, int terms, int columns)
    {
        switch (blockTerms, sums)
        {
            case (2, ExactSums.Fitting):
                Run<TwoFitting>(rows, a, b, c, terms, columns);
                break;
            case (2, ExactSums.ToOdd or ExactSums.Apart):
                Run<TwoToOdd>(rows, a, b, c, terms, columns);
                break;
            case (4, ExactSums.Fitting):
                Run<FourFitting>(rows, a, b, c, terms, columns);
                break;
            case (4, ExactSums.ToOdd):
                Run<FourToOdd>(rows, a, b, c, terms, columns);
                break;
            case (4, ExactSums.Apart):
                Run<FourApart>(rows, a, b, c, terms, columns);
                break;
            default:
                throw new NotSupportedException($"No kernel adds {blockTerms} products exactly.");
        }
    }

    private static void Run<TBlock>(int rows, double* a, float* b, float* c, int terms, int columns)
        where TBlock : struct
    {
        switch (Processor.Width)
        {
            case VectorWidth.Bits512:
                Run<ExactLanes512, Vector512<double>, TBlock>(rows, a, b, c, terms, columns);
                break;
            case VectorWidth.Bits256:
                Run<ExactLanes256, Vector256<double>, TBlock>(rows, a, b, c, terms, columns);
                break;
            default:
                Run<ExactLanes128, Vector128<double>, TBlock>(rows, a, b, c, terms, columns);
                break;
        }
    }

    private static void Run<TLanes, TDouble, TBlock>(int rows, double* a, float* b, float* c, int terms, int columns)
        where TLanes : struct, IExactLanes<TDouble>
        where TDouble : struct
        where TBlock : struct
    {
        // Eight rows at once share what is loaded. Blocks that need more operations gain little from that, and lose it where there are fewer rows.
        if (rows > IeeeKernels.SingleRows && (typeof(TBlock) == typeof(TwoFitting) || typeof(TBlock) == typeof(FourFitting)))
        {
            ExactKernel<TLanes, TDouble, TBlock>.Rows8(a, b, c, terms, columns);
            return;
        }
        for (int row = 0; row < rows; row++)
        {
            ExactKernel<TLanes, TDouble, TBlock>.Rows1(a + row, b, c + (row * IeeePanels.PanelColumns), terms, columns);
        }
    }
}

/// <summary>How a block's sum is made without an error.</summary>
internal enum ExactSums
{
    /// <summary>In FP64, which holds it.</summary>
    Fitting,

    /// <summary>In FP64, where the last bit of a result is set if anything was cut off it (rounded to odd).</summary>
    ToOdd,

    /// <summary>In FP64 in two parts, rounded to odd, because FP64 does not even hold the sum of the products.</summary>
    Apart,
}
