using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.Ieee;

/// <summary>Chooses the compiled form of <see cref="IeeeKernel{TLanes, TFloat, TSteps}"/> for this processor and these operations. All forms
/// give the same bits.</summary>
internal static unsafe class IeeeKernels
{
    /// <summary>2^-126.</summary>
    public const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Up to so many rows are done one by one. Three take about as long as eight at once.</summary>
    public const int SingleRows = 3;

    /// <summary>Adds all terms to <paramref name="rows"/> rows, one to eight; eight are there where they are more than <see cref="SingleRows"/>.</summary>
    public static void Run(IeeeSteps steps, bool flushes, int rows, float* a, int stride, float* b, float* c, int terms, int columns)
    {
        switch (steps, flushes)
        {
            case (IeeeSteps.Fused, _):
                Run<FusedSteps>(rows, a, stride, b, c, terms, columns);
                break;
            case (IeeeSteps.Separate, _):
                Run<SeparateSteps>(rows, a, stride, b, c, terms, columns);
                break;
            case (IeeeSteps.Pairs, true):
                Run<FlushedSteps<SinglePairs>>(rows, a, stride, b, c, terms, columns);
                break;
            case (IeeeSteps.Pairs, false):
                Run<OrdinarySteps<SinglePairs>>(rows, a, stride, b, c, terms, columns);
                break;
            case (IeeeSteps.PairsOfPairs, true):
                Run<FlushedSteps<PairedPairs>>(rows, a, stride, b, c, terms, columns);
                break;
            case (IeeeSteps.PairsOfPairs, false):
                Run<OrdinarySteps<PairedPairs>>(rows, a, stride, b, c, terms, columns);
                break;
            default:
                throw new NotSupportedException($"No kernel for {steps}.");
        }
    }

    private static void Run<TSteps>(int rows, float* a, int stride, float* b, float* c, int terms, int columns)
        where TSteps : struct, IIeeeSteps
    {
        switch (Processor.Width)
        {
            case VectorWidth.Bits512:
                Run<IeeeLanes512, Vector512<float>, TSteps>(rows, a, stride, b, c, terms, columns);
                break;
            case VectorWidth.Bits256:
                Run<IeeeLanes256, Vector256<float>, TSteps>(rows, a, stride, b, c, terms, columns);
                break;
            default:
                Run<IeeeLanes128, Vector128<float>, TSteps>(rows, a, stride, b, c, terms, columns);
                break;
        }
    }

    private static void Run<TLanes, TFloat, TSteps>(int rows, float* a, int stride, float* b, float* c, int terms, int columns)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct
        where TSteps : struct, IIeeeSteps
    {
        if (rows > SingleRows)
        {
            IeeeKernel<TLanes, TFloat, TSteps>.Rows8(a, stride, b, c, terms, columns);
            return;
        }
        for (int row = 0; row < rows; row++)
        {
            IeeeKernel<TLanes, TFloat, TSteps>.Rows1(a + ((long)row * stride), b, c + (row * IeeePanels.PanelColumns), terms, columns);
        }
    }
}
