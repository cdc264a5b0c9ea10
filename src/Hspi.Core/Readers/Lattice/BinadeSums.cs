using System.Numerics;

namespace Hspi.Readers.Lattice;

/// <summary>
/// Sums over every place where a row of whole-number gaps could sit on a floating-point grid: the unknown exponent, made certain by counting.
/// </summary>
/// <remarks>
/// The highest logit is N units, the others N − n_i. A format with P significant bits holds the row only where each is a multiple of its
/// own ulp, 2^(⌊log₂|N|⌋ − P + 1) units. Such a place has likelihood ∏ ulp_i (the probability mass that rounding collects on one grid point),
/// and the prior mass of its highest logit. Sums are kept by sign and binade of N, so that any scale can be judged from them.
/// </remarks>
internal sealed class BinadeSums
{
    /// <summary>Binades of N, in units: 1 up to 2^23.</summary>
    public const int Binades = 24;

    private readonly double[] _sums = new double[2 * Binades];
    private readonly long[] _offsets = new long[LatticeRow.Capacity];

    /// <summary>Sum for N of this sign in [2^<paramref name="binade"/>, 2^(<paramref name="binade"/>+1)); prior mass within the binade is 1.</summary>
    public double this[bool negative, int binade] => _sums[(negative ? Binades : 0) + binade];

    /// <summary>Counts anew.</summary>
    /// <param name="steps">n_i, at least 0, of the values below the highest.</param>
    /// <param name="significantBits">P: 8 for bf16, 11 for fp16.</param>
    /// <param name="highestBinade">Last binade of N worth counting.</param>
    public void Count(ReadOnlySpan<long> steps, int significantBits, int highestBinade)
    {
        Array.Clear(_sums);
        // The odd ones first: they refuse most places.
        steps.CopyTo(_offsets);
        var offsets = _offsets.AsSpan(0, steps.Length);
        offsets.Sort(static (left, right) => BitOperations.TrailingZeroCount(left).CompareTo(BitOperations.TrailingZeroCount(right)));
        for (var binade = 0; binade <= Math.Min(highestBinade, Binades - 1); binade++)
        {
            var low = 1L << binade;
            var step = Math.Max(1L, low >> (significantBits - 1));
            var (positive, negative) = (0.0, 0.0);
            for (var place = low; place < 2 * low; place += step)
            {
                positive += Place(place, offsets, significantBits);
                negative += Place(-place, offsets, significantBits);
            }

            // Each place holds the share ulp/2^binade of its binade's prior mass.
            var share = Math.ScaleB(1.0, -(significantBits - 1));
            _sums[binade] = positive * share;
            _sums[Binades + binade] = negative * share;
        }
    }

    private static double Place(long highest, ReadOnlySpan<long> offsets, int significantBits)
    {
        var ulpExponents = 0;
        var largest = UlpExponent(highest, significantBits);
        foreach (var offset in offsets)
        {
            var value = highest - offset;
            var exponent = UlpExponent(value, significantBits);
            if (exponent > 0 && (value & ((1L << exponent) - 1)) != 0)
            {
                return 0;
            }

            ulpExponents += exponent;
            largest = Math.Max(largest, exponent);
        }

        // Where every ulp is finer than a unit, the row could also sit between units: as many places as the coarsest ulp goes into one.
        return Math.ScaleB(1.0, ulpExponents - Math.Min(largest, 0));
    }

    private static int UlpExponent(long value, int significantBits) =>
        BitOperations.Log2((ulong)Math.Abs(value) | 1) - significantBits + 1;
}
