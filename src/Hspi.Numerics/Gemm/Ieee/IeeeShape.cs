using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm.Exact;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Ieee;

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

    /// <summary>How FP64 adds these products to these addends without an error of its own.</summary>
    /// <param name="left">Magnitudes of the rows, by term; whole vectors are read.</param>
    /// <param name="leftPart">Group of rows.</param>
    /// <param name="right">Magnitudes of the columns, by term.</param>
    /// <param name="rightPart">Panel of columns.</param>
    /// <param name="first">First term, a multiple of 8.</param>
    /// <param name="terms">Terms.</param>
    /// <param name="addends">Magnitudes of the sums so far.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe ExactSums SumsOf(TermMagnitudes left, int leftPart, TermMagnitudes right, int rightPart, int first, int terms, MagnitudeRange addends)
    {
        int* low = left.Low(leftPart, first), lower = right.Low(rightPart, first);
        int* high = left.High(leftPart, first), higher = right.High(rightPart, first);
        Vector256<int> smallest = Vector256.Create(Format.SmallestExponent + MagnitudeRange.Bias);
        Vector256<int> exponents = Vector256.Create(int.MaxValue);
        Vector256<float> sums = Vector256<float>.Zero;
        for (int k = 0; k < terms; k += Vector256<int>.Count)
        {
            Vector256<int> one = Vector256.Max(Vector256.Load(low + k) >> MagnitudeRange.FractionBits, smallest);
            Vector256<int> other = Vector256.Max(Vector256.Load(lower + k) >> MagnitudeRange.FractionBits, smallest);
            exponents = Vector256.Min(exponents, one + other);
            sums += Vector256.Load(high + k).AsSingle() * Vector256.Load(higher + k).AsSingle();
        }
        int exponent = MagnitudeRange.Of(exponents, Vector256<int>.Zero).Lowest;

        // All products are multiples of 2^place, and so are their sums, also when rounded to FP32.
        int place = exponent - (2 * (MagnitudeRange.Bias + Format.FractionBits));
        double products = Vector256.Sum(sums) * Slack;
        int lastPlace = Math.Min(place, addends.LastPlace);
        // Infinite, or not a number, where an operand is: then nothing fits.
        double largest = products + (addends.Largest * Slack);
        bool fits = lastPlace >= MagnitudeRange.SmallestPlace && largest <= Math.ScaleB(1, Math.Min(lastPlace + DoubleBits, KnownFormats.Fp32.LargestExponent));
        return fits ? ExactSums.Fitting : products <= Math.ScaleB(1, place + DoubleBits) ? ExactSums.ToOdd : ExactSums.Apart;
    }

    private const int DoubleBits = 53;

    // Makes up for what the roundings of some dozen blocks, and those of this estimate, can take from a sum.
    private const double Slack = 1 + 1e-3;

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

/// <summary>The bits of the smallest and the largest magnitude among operands that are not zero; infinities are larger than all numbers, NaN than these.</summary>
internal readonly record struct MagnitudeRange(int Lowest, int Highest)
{
    /// <summary>FP32's.</summary>
    public const int FractionBits = 23, Bias = 127;

    /// <summary>2^-149 divides every FP32 number.</summary>
    public const int SmallestPlace = -149;

    public static MagnitudeRange Empty { get; } = new(int.MaxValue, 0);

    /// <summary>The lowest and the highest of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static MagnitudeRange Of(Vector256<int> lowest, Vector256<int> highest)
    {
        Vector128<int> low = Vector128.Min(lowest.GetLower(), lowest.GetUpper()), high = Vector128.Max(highest.GetLower(), highest.GetUpper());
        low = Vector128.Min(low, Vector128.Shuffle(low, Vector128.Create(2, 3, 0, 1)));
        high = Vector128.Max(high, Vector128.Shuffle(high, Vector128.Create(2, 3, 0, 1)));
        return new(Math.Min(low[0], low[1]), Math.Max(high[0], high[1]));
    }

    /// <summary>The largest magnitude; 0 if there is none.</summary>
    public double Largest => BitConverter.Int32BitsToSingle(Highest);

    public int LowestExponent => (Lowest >> FractionBits) - Bias;

    public int HighestExponent => (Highest >> FractionBits) - Bias;

    /// <summary>q, where 2^q divides all FP32 numbers from the lowest on.</summary>
    public int LastPlace => Math.Max(LowestExponent - FractionBits, SmallestPlace);
}
