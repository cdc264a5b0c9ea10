using Hspi.Probes;

namespace Hspi.Readers.Embeddings;

/// <summary>How many significant bits the sum over some positions needs beyond those of one position, as shares over what was simulated.</summary>
/// <remarks>
/// A sum lies on the grid of its smallest term. Where the terms cancel, the sum needs fewer bits than a term, otherwise more; so the
/// shares depend on how large the sum is beside the others of its vector. The shift is the same for every format.
/// </remarks>
internal sealed class PooledBits
{
    /// <summary>Fewest and most bits beyond those of a position that are told apart.</summary>
    private const int Fewest = -12;
    private const int Most = 14;

    /// <summary>Sizes are told apart in powers of two, from 2^-6 to 2^2 times the vector's root mean square.</summary>
    private const int SmallestSize = -6;
    private const int Sizes = 9;

    private const int Samples = 6000;

    /// <summary>Share that any shift keeps, so that no single number decides.</summary>
    private const double Floor = 2e-4;

    private static readonly Lazy<PooledBits[]> Simulated = new(SimulateAll);

    private readonly double[,] _shares = new double[Sizes, Most - Fewest + 1];

    private PooledBits(int positions) => Positions = positions;

    /// <summary>One position: exactly the bits of the format.</summary>
    public static PooledBits Single { get; } = MakeSingle();

    /// <summary>Means over 2 to 50 positions that are alike, or not.</summary>
    public static IReadOnlyList<PooledBits> Means => Simulated.Value;

    /// <summary>Positions in the mean.</summary>
    public int Positions { get; }

    /// <summary>The class of a number's size.</summary>
    /// <param name="size">Beside the root mean square of its vector, which is 1.</param>
    public static int SizeClass(double size) => Math.Clamp(Math.ILogB(size) - SmallestSize, 0, Sizes - 1);

    /// <summary>Share of numbers of that size that need exactly <paramref name="bits"/> bits more than a position does.</summary>
    public double Share(int sizeClass, int bits) => bits is < Fewest or > Most ? 0 : _shares[sizeClass, bits - Fewest];

    private static PooledBits MakeSingle()
    {
        var single = new PooledBits(1);
        for (var size = 0; size < Sizes; size++)
        {
            single._shares[size, -Fewest] = 1;
        }

        return single;
    }

    private static PooledBits[] SimulateAll() =>
    [
        .. from positions in (int[])[2, 3, 4, 6, 10, 20, 50]
           from alike in (double[])[0, 0.4, 0.8, 0.95]
           from uneven in (double[])[0, 0.7]
           select Simulate(positions, alike, uneven),
    ];

    /// <param name="positions">Terms of the sum.</param>
    /// <param name="alike">Correlation of the terms.</param>
    /// <param name="uneven">Standard deviation of the logarithm of the dimensions' sizes.</param>
    private static PooledBits Simulate(int positions, double alike, double uneven)
    {
        var random = new SeededNormal((ulong)((positions * 1000) + (alike * 100) + (uneven * 10)));
        var (sums, shifts, squares) = (new double[Samples], new int[Samples], 0.0);
        for (var i = 0; i < Samples; i++)
        {
            var size = Math.Exp(uneven * random.NextNormal());
            var middle = Math.Sqrt(alike) * random.NextNormal();
            var (sum, smallest) = (0.0, int.MaxValue);
            for (var position = 0; position < positions; position++)
            {
                var term = size * (middle + (Math.Sqrt(1 - alike) * random.NextNormal()));
                sum += term;
                smallest = Math.Min(smallest, Math.ILogB(term));
            }

            (sums[i], shifts[i]) = (Math.Abs(sum), Math.ILogB(sum) - smallest);
            squares += sum * sum;
        }

        var pooled = new PooledBits(positions);
        var rootMeanSquare = Math.Sqrt(squares / Samples);
        var counts = new int[Sizes];
        for (var i = 0; i < Samples; i++)
        {
            var size = SizeClass(sums[i] / rootMeanSquare);
            counts[size]++;
            pooled._shares[size, Math.Clamp(shifts[i], Fewest, Most) - Fewest]++;
        }

        for (var size = 0; size < Sizes; size++)
        {
            for (var bits = 0; bits <= Most - Fewest; bits++)
            {
                pooled._shares[size, bits] = Floor + ((1 - (Floor * (Most - Fewest + 1))) * pooled._shares[size, bits] / Math.Max(1, counts[size]));
            }
        }

        return pooled;
    }
}
