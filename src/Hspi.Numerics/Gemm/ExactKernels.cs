using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>Chooses the compiled form of <see cref="ExactKernel{TLanes, TDouble, TBlock}"/> for this processor and these operands. All forms
/// give the same bits.</summary>
internal static unsafe class ExactKernels
{
    /// <summary>Whether <see cref="ExactSums.Between"/> can be asked for here.</summary>
    public static bool HasBetween => Has512 && ExactLanes512.HasDirectedRounding;

    private static bool Has512 => Avx512BW.IsSupported && Avx512DQ.IsSupported;

    /// <summary>Adds all terms to <paramref name="rows"/> rows, one to eight; eight are there.</summary>
    public static bool Run(int blockTerms, ExactSums sums, int rows, double* a, int stride, float* b, float* c, int terms, int columns, double limit) =>
        (blockTerms, sums) switch
        {
            (2, ExactSums.Between) => Run<TwoBetween>(rows, a, stride, b, c, terms, columns, limit),
            (4, ExactSums.Between) => Run<FourBetween>(rows, a, stride, b, c, terms, columns, limit),
            (2, ExactSums.Fitting) => Run<TwoExact>(rows, a, stride, b, c, terms, columns, limit),
            (2, ExactSums.ToOdd or ExactSums.Apart) => Run<TwoToOdd>(rows, a, stride, b, c, terms, columns, limit),
            (4, ExactSums.Fitting) => Run<FourExact>(rows, a, stride, b, c, terms, columns, limit),
            (4, ExactSums.Apart) => Run<FourApart>(rows, a, stride, b, c, terms, columns, limit),
            (4, ExactSums.ToOdd) => Run<FourToOdd>(rows, a, stride, b, c, terms, columns, limit),
            _ => throw new NotSupportedException($"No kernel adds {blockTerms} products exactly."),
        };

    private static bool Run<TBlock>(int rows, double* a, int stride, float* b, float* c, int terms, int columns, double limit)
        where TBlock : struct
    {
        if (Has512)
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

/// <summary>How a block's sum is made without an error.</summary>
internal enum ExactSums
{
    /// <summary>Once rounded up and once down.</summary>
    Between,

    /// <summary>In FP64, which holds it.</summary>
    Fitting,

    /// <summary>In FP64, rounded to odd.</summary>
    ToOdd,

    /// <summary>The same where FP64 does not even hold the sum of the products.</summary>
    Apart,
}
