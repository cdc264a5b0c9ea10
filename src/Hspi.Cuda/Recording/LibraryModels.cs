using Hspi.Cuda.Native;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;

namespace Hspi.Cuda.Recording;

/// <summary>The orders of summation that are tried for a library product: what its own choice of kernel says, and the plain ones.</summary>
/// <remarks>Source: the field-by-field reading of cuBLASLt's heuristic by facebookexperimental/triton, bitequiv/cublas_match.</remarks>
internal static class LibraryModels
{
    private const int Nvjet = 66;

    /// <summary>Models by name, the plain chain first.</summary>
    /// <param name="types">Types of the product.</param>
    /// <param name="output">Format of D.</param>
    /// <param name="choice">What the library chose.</param>
    public static IEnumerable<(string Name, Reduction Reduction)> For(CublasLtTypes types, NumberFormat output, CublasLtChoice choice)
    {
        Reduction chain = new Reduction.SingleChain();
        yield return ("one chain", chain);
        Reduction promoted = new Reduction.Promoted(128);
        if (types.OperandBytes == 1)
        {
            yield return ("promoted every 128", promoted);
        }

        if (choice.AlgorithmId != Nvjet && choice.Stages > 0)
        {
            // block_k = 16 << ((STAGES_ID − 1) / 6)
            var tile = 16 << Math.Min(6, (choice.Stages - 1) / 6);
            yield return ($"residue first, tiles of {tile}", new Reduction.ResidueFirst(tile));
        }

        if (choice.SplitK > 1)
        {
            var merge = choice.ReductionScheme switch
            {
                2 => SplitMerge.Fp32Workspace,
                4 => SplitMerge.OutputPartials,
                _ when choice.AlgorithmId == Nvjet => SplitMerge.Fp32Workspace,
                _ => SplitMerge.SerialOutput,
            };
            var grain = types.OperandBytes == 1 ? 128 : 64;
            // Fast accumulation leaves the slices unpromoted; by default they are closed every 128 terms as whole sums are.
            var inner = types is { OperandBytes: 1, FastAccumulation: false } ? promoted : chain;
            yield return ($"split-K {choice.SplitK}, {merge}", new Reduction.SplitK(choice.SplitK, grain, merge, output, inner));
        }
    }
}
