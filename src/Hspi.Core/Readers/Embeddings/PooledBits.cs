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

    /// <summary>Classes of a number's size: powers of two, from 2^-6 to 2^2 times the vector's root mean square.</summary>
    public const int Sizes = 9;
    private const int SmallestSize = -6;

    private const int Samples = 6000;

    /// <summary>Positions of the means that are asked about.</summary>
    private static readonly int[] Counts = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    /// <summary>Share that any shift keeps, so that no single number decides.</summary>
    private const double Floor = 2e-4;

    private static readonly Lazy<PooledBits[]> Simulated = new(SimulateAll);

    private readonly double[,] _shares = new double[Sizes, Most - Fewest + 1];

    private PooledBits(int positions) => Positions = positions;

    /// <summary>One position: exactly the bits of the format.</summary>
    public static PooledBits Single { get; } = MakeSingle();

    /// <summary>Means over 2 to 64 positions that are alike, or not.</summary>
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
        .. from alike in (double[])[0, 0.4, 0.8, 0.95, 0.99]
           from uneven in (double[])[0, 0.7]
           from heavy in (bool[])[false, true]
           from pooled in Simulate(alike, uneven, heavy)
           select pooled,
    ];

    /// <summary>One for each count of positions.</summary>
    /// <param name="alike">Correlation of the terms.</param>
    /// <param name="uneven">Standard deviation of the logarithm of the dimensions' sizes.</param>
    /// <param name="heavy">Terms of Laplace's law; otherwise normal ones.</param>
    private static PooledBits[] Simulate(double alike, double uneven, bool heavy)
    {
        var random = new SeededNormal((ulong)((alike * 100) + (uneven * 10) + (heavy ? 1000 : 0)));
        var (sums, shifts, squares) = (new double[Counts.Length, Samples], new int[Counts.Length, Samples], new double[Counts.Length]);
        for (var i = 0; i < Samples; i++)
        {
            var size = Math.Exp(uneven * random.NextNormal());
            var middle = Math.Sqrt(alike) * Draw(ref random, heavy);
            var (sum, smallest, count) = (0.0, int.MaxValue, 0);
            for (var position = 1; position <= Counts[^1]; position++)
            {
                var term = size * (middle + (Math.Sqrt(1 - alike) * Draw(ref random, heavy)));
                sum += term;
                smallest = Math.Min(smallest, Math.ILogB(term));
                if (position == Counts[count])
                {
                    (sums[count, i], shifts[count, i]) = (Math.Abs(sum), Math.ILogB(sum) - smallest);
                    squares[count++] += sum * sum;
                }
            }
        }

        return [.. Counts.Select((positions, count) => Counted(positions, count, sums, shifts, Math.Sqrt(squares[count] / Samples)))];
    }

    private static PooledBits Counted(int positions, int count, double[,] sums, int[,] shifts, double rootMeanSquare)
    {
        var pooled = new PooledBits(positions);
        var counts = new int[Sizes];
        for (var i = 0; i < Samples; i++)
        {
            var size = SizeClass(sums[count, i] / rootMeanSquare);
            counts[size]++;
            pooled._shares[size, Math.Clamp(shifts[count, i], Fewest, Most) - Fewest]++;
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

    private static double Draw(ref SeededNormal random, bool heavy) =>
        heavy ? (random.Next(2) == 0 ? 1 : -1) * Math.Log(1 - random.NextUniform()) / Math.Sqrt(2) : random.NextNormal();
}
