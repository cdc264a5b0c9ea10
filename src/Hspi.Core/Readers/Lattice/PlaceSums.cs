using System.Numerics;

namespace Hspi.Readers.Lattice;

/// <summary>
/// Every place where a row of whole-number gaps could sit on a floating-point grid: the unknown exponent, made certain by counting.
/// </summary>
/// <remarks>
/// The highest logit is N units, the others N − n_i. A format with P significant bits holds the row only where each is a multiple of its
/// own ulp, 2^(⌊log₂|N|⌋ − P + 1) units. Such a place has weight ∏ ulp_i: the probability mass that rounding collects on one grid point.
/// </remarks>
internal sealed class PlaceSums
{
    /// <summary>Width of a cell, in nats.</summary>
    public const double Cell = 0.5;

    /// <summary>Cells from <see cref="Lowest"/> on: −30 to 90 nats.</summary>
    public const int Cells = 240;

    /// <summary>Middle of the first cell, in nats.</summary>
    public const double Lowest = -30;

    private const int MostBinades = 27;
    private const int SampledBits = 6;

    private readonly double[] _cells = new double[Cells];
    private readonly long[] _offsets = new long[LatticeRow.Capacity];

    /// <summary>Weight by the place of the anchor, in cells of <see cref="Cell"/> nats.</summary>
    public ReadOnlySpan<double> Weights => _cells;

    /// <summary>First and last cell with weight; the last lies before the first where nothing fits.</summary>
    public (int First, int Last) Filled { get; private set; }

    /// <summary>Counts anew.</summary>
    /// <param name="steps">n_i, at least 0 and ascending, of the values below the highest.</param>
    /// <param name="anchor">How far below the highest the value lies whose place is kept, in units.</param>
    /// <param name="unit">Nats.</param>
    /// <param name="significantBits">P: 8 for bf16, 11 for fp16.</param>
    public void Count(ReadOnlySpan<long> steps, double anchor, double unit, int significantBits)
    {
        Array.Clear(_cells);
        Filled = (Cells, -1);
        var widest = steps.Length == 0 ? 0 : steps[^1];
        // The odd ones first: they refuse most places.
        steps.CopyTo(_offsets);
        var offsets = _offsets.AsSpan(0, steps.Length);
        offsets.Sort(static (left, right) => BitOperations.TrailingZeroCount(left).CompareTo(BitOperations.TrailingZeroCount(right)));
        var highest = ((Lowest + (Cell * Cells)) / unit) + anchor;
        for (var binade = 0; binade < MostBinades && (1L << binade) < highest; binade++)
        {
            var low = 1L << binade;
            // Where every value is finer than a unit nothing can refuse, and a sample of places stands for all.
            var smooth = binade < significantBits && widest < (1L << significantBits) - (2 * low);
            var grid = Math.Max(1L, low >> (significantBits - 1));
            var step = smooth ? Math.Max(1L, low >> SampledBits) : grid;
            // A place that is a multiple of more than the oddest offset leaves a value as odd as that one: only a small one has so fine an ulp.
            var oddest = offsets.Length == 0 || offsets[0] == 0 ? grid : offsets[0] & -offsets[0];
            var (first, end) = (low, 2 * low);
            if (grid > oddest)
            {
                first = Math.Max(low, (offsets[0] - (oddest << significantBits)) / grid * grid);
                end = Math.Min(end, offsets[0] + (oddest << significantBits));
            }

            for (var place = first; place < end; place += step)
            {
                Place(place, offsets, significantBits, anchor, unit, step / grid);
                Place(-place, offsets, significantBits, anchor, unit, step / grid);
            }
        }
    }

    private void Place(long highest, ReadOnlySpan<long> offsets, int significantBits, double anchor, double unit, double places)
    {
        var mass = UlpExponent(highest, significantBits);
        var (exponents, largest) = (mass, mass);
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
        }

        var cell = (int)Math.Round(((highest - anchor) * unit - Lowest) / Cell);
        if (cell is < 0 or >= Cells)
        {
            return;
        }

        // Where every ulp is finer than a unit, the row could also sit between units: as many places as the coarsest ulp goes into one.
        _cells[cell] += places * unit * Math.ScaleB(1.0, exponents - Math.Min(largest, 0));
        Filled = (Math.Min(Filled.First, cell), Math.Max(Filled.Last, cell));
    }

    private static int UlpExponent(long value, int significantBits) =>
        BitOperations.Log2((ulong)Math.Abs(value) | 1) - significantBits + 1;
}
