using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>What the fast kernel must know of a unit that is made of IEEE operations in FP32: chains of fused or separate multiply-adds
/// (CUDA cores, AMD's FP32, CPUs), CDNA2's flushed pairs, and CDNA1's exact sums, which are rounded once as IEEE's are.</summary>
/// <param name="Steps">Which operations.</param>
/// <param name="Format">Format of both operands.</param>
internal readonly record struct IeeeShape(IeeeSteps Steps, NumberFormat Format)
{
    /// <summary>The shape of a unit, or null if it is of another family.</summary>
    public static IeeeShape? Of(MatrixUnit unit) => unit switch
    {
        MatrixUnit.IeeeChain { IsFused: true } when unit.A == KnownFormats.Fp32 => new(IeeeSteps.Fused, unit.A),
        MatrixUnit.IeeeChain { IsFused: false } when unit.A == KnownFormats.Fp32 => new(IeeeSteps.Separate, unit.A),
        MatrixUnit.FlushedPairwise { Terms: 2 } => new(IeeeSteps.Pairs, unit.A),
        MatrixUnit.FlushedPairwise { Terms: 4 } => new(IeeeSteps.PairsOfPairs, unit.A),
        MatrixUnit.Exact { Terms: 2 } when unit.A == KnownFormats.Bf16 => new(IeeeSteps.ExactPairs, unit.A),
        MatrixUnit.Exact { Terms: 4 } when unit.A == KnownFormats.Fp16 => new(IeeeSteps.ExactFours, unit.A),
        _ => null,
    };

    /// <summary>Products that are added before they reach the accumulator.</summary>
    public int Terms => Steps switch
    {
        IeeeSteps.Pairs or IeeeSteps.ExactPairs => 2,
        IeeeSteps.PairsOfPairs or IeeeSteps.ExactFours => 4,
        _ => 1,
    };

    /// <summary>Whether a block is summed exactly.</summary>
    public bool IsExact => Steps is IeeeSteps.ExactPairs or IeeeSteps.ExactFours;

    /// <summary>Whether subnormal operands and results are zeros.</summary>
    public bool IsFlushed => Steps is IeeeSteps.Pairs or IeeeSteps.PairsOfPairs;

    /// <summary>Whether no product of these operands overflows, and neither a product nor any sum of them can be subnormal: all are
    /// multiples of the smallest product's last place. Then nothing is ever flushed.</summary>
    public bool NeverFlushes(MagnitudeRange left, MagnitudeRange right) =>
        left.LowestExponent + right.LowestExponent - (2 * Format.FractionBits) >= KnownFormats.Fp32.SmallestExponent
        && left.HighestExponent + right.HighestExponent + 2 <= KnownFormats.Fp32.LargestExponent;

    /// <summary>q, where 2^q divides all products of these operands.</summary>
    public int LastPlace(MagnitudeRange left, MagnitudeRange right) =>
        Math.Max(left.LowestExponent, Format.SmallestExponent) + Math.Max(right.LowestExponent, Format.SmallestExponent) - (2 * Format.FractionBits);

    /// <summary>Whether FP64 holds every sum of a block's products exactly.</summary>
    public bool ProductsFitDouble(MagnitudeRange left, MagnitudeRange right) =>
        left.HighestExponent + right.HighestExponent + 4 <= LastPlace(left, right) + DoubleBits;

    /// <summary>Significant bits of FP64.</summary>
    public const int DoubleBits = 53;

    /// <summary>Addends from here on are multiples of the smallest normal number too.</summary>
    public static float LowestAddend { get; } = MathF.ScaleB(1, -126 + 23);
}

/// <summary>The operations of one output.</summary>
internal enum IeeeSteps
{
    /// <summary>c = fma(a, b, c).</summary>
    Fused,

    /// <summary>c = c + (a · b), both rounded.</summary>
    Separate,

    /// <summary>c = c + (p0 + p1), flushed.</summary>
    Pairs,

    /// <summary>c = c + ((p0 + p1) + (p2 + p3)), flushed.</summary>
    PairsOfPairs,

    /// <summary>c = c + p0 + p1, rounded once.</summary>
    ExactPairs,

    /// <summary>c = c + p0 + p1 + p2 + p3, rounded once.</summary>
    ExactFours,
}

/// <summary>The bits of the smallest and the largest magnitude among operands that are not zero.</summary>
internal readonly record struct MagnitudeRange(int Lowest, int Highest)
{
    public static MagnitudeRange Empty { get; } = new(int.MaxValue, 0);

    public int LowestExponent => (Lowest >> 23) - 127;

    public int HighestExponent => (Highest >> 23) - 127;

    public MagnitudeRange With(MagnitudeRange other) => new(Math.Min(Lowest, other.Lowest), Math.Max(Highest, other.Highest));
}
