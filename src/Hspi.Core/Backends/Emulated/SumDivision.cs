using Hspi.Networks.Interpreter;
using Hspi.Numerics.Gemm;

namespace Hspi.Backends.Emulated;

/// <summary>How the terms of a sum are divided among slices that are computed apart, and how the partial sums are joined.</summary>
/// <param name="Parts">Slices; 1 is one chain over all terms.</param>
/// <param name="Grain">The length of a slice is a multiple of this; the last one is what is left.</param>
/// <param name="Joined">Format that each partial sum and each joined sum is rounded to.</param>
public sealed record SumDivision(int Parts, int Grain, ElementFormat Joined)
{
    /// <summary>One chain.</summary>
    public static SumDivision None { get; } = new(1, 1, ElementFormat.Float32);

    /// <summary>cuBLAS split-K on Hopper and Blackwell: slices of a multiple of 64 terms, partial sums in an FP32 workspace, added in order from the first.</summary>
    /// <remarks>Source: cublas_match of facebookexperimental/triton, ALGO 66 with SPLITK_NUM.</remarks>
    public static SumDivision SplitK(int parts) => new(parts, 64, ElementFormat.Float32);

    /// <summary>FP8 without fast accumulation: the chain is closed every 128 terms, and the totals are added forward in FP32.</summary>
    /// <remarks>Source: as above; CUTLASS and DeepGEMM do the same.</remarks>
    public static SumDivision Promoted { get; } = new(1 << 20, 128, ElementFormat.Float32);

    /// <summary>Tensor parallelism: each rank's sum leaves its card in the element format, and the all-reduce adds in it.</summary>
    public static SumDivision TensorParallel(int ranks, ElementFormat elements) => new(ranks, 1, elements);

    /// <summary>The slices of a sum of <paramref name="terms"/>.</summary>
    public IReadOnlyList<TermSlice> Slices(int terms)
    {
        var grains = (terms + Grain - 1) / Grain;
        var length = (grains + Parts - 1) / Parts * Grain;
        List<TermSlice> slices = [];
        for (var first = 0; first < terms; first += length)
        {
            slices.Add(new TermSlice(first, Math.Min(length, terms - first)));
        }

        return slices;
    }
}
