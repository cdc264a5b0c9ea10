using Hspi.Backends.Emulated;
using Hspi.Cuda.Native;
using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Cards;

/// <summary>What HSPI expects of a card's products before it has seen the library's choices: one chain on the newest unit for the types.</summary>
internal static class ComputedPrecision
{
    /// <summary>The arithmetic of one library product.</summary>
    /// <exception cref="HspiException">The table has no unit for the types.</exception>
    public static IMatrixArithmetic Products(Architecture architecture, CublasLtTypes types) => types.OperandFormat == KnownFormats.Fp32
        ? new SequentialArithmetic() // CUDA cores: one chain of fused multiply-adds
        : new UnitArithmetic(
            UnitOf(architecture, types.OperandFormat),
            // Without fast accumulation FP8 chains are closed every 128 terms: cublas_match of facebookexperimental/triton; CUTLASS and DeepGEMM do the same.
            types is { OperandBytes: 1, FastAccumulation: false } ? new Reduction.Promoted(128) : new Reduction.SingleChain(),
            Environment.ProcessorCount);

    /// <summary>The unit that a library takes: the chip's newest path; where that is the same unit as the older one, the table has it once.</summary>
    public static MatrixUnit UnitOf(Architecture architecture, NumberFormat operand) =>
        (KnownUnits.Find(architecture, operand, operand, KnownFormats.Fp32, InstructionPath.Wgmma)
            ?? KnownUnits.Find(architecture, operand, operand, KnownFormats.Fp32)
            ?? throw new HspiException($"The table of units has no row for {operand} on {architecture.Name}. Add one to UnitTable.")).Unit;
}
