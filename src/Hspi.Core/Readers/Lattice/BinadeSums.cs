using System.Numerics;

namespace Hspi.Readers.Lattice;

/// <summary>
/// Sums over every place where a row of whole-number gaps could sit on a floating-point grid: the unknown exponent, made certain by counting.
/// </summary>
/// <remarks>
/// The highest logit is N units, the others N − n_i. A format with P significant bits holds the row only where each is a multiple of its
/// own ulp, 2^(⌊log₂|N|⌋ − P + 1) units. Such a place has likelihood ∏ ulp_i (the probability mass that rounding collects on one grid
/// point). Kept by the binade of the value nearest to 0, with prior mass spread evenly over that binade.
/// Positions of one model lie in much the same place, so a place that fits is not to be paid for anew at each: the mean of all places
/// and the best one are averaged, in logarithms. With the mean alone, narrow fits lose too much; with the best alone, nothing is learnt.
/// </remarks>
internal sealed class BinadeSums
{
    /// <summary>Binades of the value nearest to 0, in units: 1 up to 2^27.</summary>
    public const int Binades = 28;

    private const int SampledBits = 6;

    /// <summary>Quarters of a binade, of equal width.</summary>
    public const int Quarters = 4;

    private readonly double[] _sums = new double[Binades];
    private readonly double[] _quarters = new double[Quarters * Binades];
    private readonly double[] _best = new double[Binades];
    private readonly long[] _offsets = new long[LatticeRow.Capacity];

    /// <summary>Likelihood of all places whose nearest value lies in ±[2^<paramref name="binade"/>, 2^(<paramref name="binade"/>+1)).</summary>
    public double this[int binade] => _sums[binade];

    /// <summary>Likelihood of all places with every value above 0 and the lowest in one quarter of a binade, times the share of the binade that it is.</summary>
    /// <param name="quarter">4 · binade + quarter; its middle is <see cref="Middle"/>.</param>
    public double Quarter(int quarter) => _quarters[quarter];

    /// <summary>Middle of a quarter, in units.</summary>
    public static double Middle(int quarter) => Math.ScaleB(1 + ((quarter % Quarters + 0.5) / Quarters), quarter / Quarters);

    /// <summary>Counts anew.</summary>
    /// <param name="steps">n_i, at least 0 and ascending, of the values below the highest.</param>
    /// <param name="significantBits">P: 8 for bf16, 11 for fp16.</param>
    /// <param name="highestBinade">Last binade of N worth counting.</param>
    public void Count(ReadOnlySpan<long> steps, int significantBits, int highestBinade)
    {
        Array.Clear(_sums);
        Array.Clear(_best);
        Array.Clear(_quarters);
        var widest = steps.Length == 0 ? 0 : steps[^1];
        // The odd ones first: they refuse most places.
        steps.CopyTo(_offsets);
        var offsets = _offsets.AsSpan(0, steps.Length);
        offsets.Sort(static (left, right) => BitOperations.TrailingZeroCount(left).CompareTo(BitOperations.TrailingZeroCount(right)));
        for (var binade = 0; binade <= Math.Min(highestBinade, Binades - 2); binade++)
        {
            var low = 1L << binade;
            // Where every value is finer than a unit nothing can refuse, and a sample of places stands for all.
            var smooth = binade < significantBits && widest < (1L << significantBits) - (2 * low);
            var grid = Math.Max(1L, low >> (significantBits - 1));
            var step = smooth ? Math.Max(1L, low >> SampledBits) : grid;
            for (var place = low; place < 2 * low; place += step)
            {
                Place(place, widest, offsets, significantBits, step / grid * (1 - MagnitudePrior.NegativeShare));
                Place(-place, widest, offsets, significantBits, step / grid * MagnitudePrior.NegativeShare);
            }
        }
    }

    private void Place(long highest, long widest, ReadOnlySpan<long> offsets, int significantBits, double weight)
    {
        var exponents = 0;
        var mass = UlpExponent(highest, significantBits);
        var largest = mass;
        var nearest = Math.Abs(highest);
        foreach (var offset in offsets)
        {
            var value = highest - offset;
            var exponent = UlpExponent(value, significantBits);
            if (exponent > 0 && (value & ((1L << exponent) - 1)) != 0)
            {
                return;
            }

            exponents += exponent;
            largest = Math.Max(largest, exponent);
            nearest = Math.Min(nearest, Math.Abs(value));
        }

        // Where every ulp is finer than a unit, the row could also sit between units: as many places as the coarsest ulp goes into one.
        var binade = BitOperations.Log2((ulong)nearest | 1);
        var likelihood = Math.ScaleB(1.0, exponents);
        var here = weight * likelihood * Math.ScaleB(1.0, mass - Math.Min(largest, 0) - binade);
        _sums[binade] += here;
        if (highest > 0 && nearest == highest - widest)
        {
            // 1.xx in binary: the two digits after the point.
            _quarters[(Quarters * binade) + (int)((nearest << 2 >> binade) & 3)] += here / (1 - MagnitudePrior.NegativeShare);
        }

        _best[binade] = Math.Max(_best[binade], likelihood * (highest > 0 ? 1 - MagnitudePrior.NegativeShare : MagnitudePrior.NegativeShare));
    }

    private static int UlpExponent(long value, int significantBits) =>
        BitOperations.Log2((ulong)Math.Abs(value) | 1) - significantBits + 1;
}
