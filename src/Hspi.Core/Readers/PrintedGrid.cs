using System.Globalization;

namespace Hspi.Readers;

/// <summary>Finds the grid on which numbers were rounded when they were printed: 16-bit values, multiples of 2^-6, of 0.001, …</summary>
/// <remarks>
/// Gaps between such numbers lie on the grid as well, whatever the logits were. Logits on a lattice of their own look otherwise: their
/// logprobs share an offset in each position, the log-sum, so that the gaps lie on the lattice and the values do not. Constant memory.
/// </remarks>
internal sealed class PrintedGrid
{
    /// <summary>Log-odds against chance from which a grid is called one.</summary>
    private const double LeastEvidence = 14;

    /// <summary>Share of the numbers that may miss it, such as a sentinel that is not known as one. A certain token's small logprob misses every grid, and is one of 20 or more.</summary>
    private const double MostMissed = 0.02;

    /// <summary>What one number that misses it takes off the log-odds.</summary>
    private const double Missed = 3;

    /// <summary>Numbers within so many units in the last place of float32 count as on the grid: a product or a quotient made them.</summary>
    private const double Tolerance = 1.5;

    /// <summary>Coarsest to finest: what a program could round to. Finer decimals or powers leave a lattice of logits to be seen.</summary>
    private static readonly Grid[] Candidates =
    [
        new("bfloat16-values", size => Math.ScaleB(1, Math.ILogB(size) - 7)),
        new("float16-values", Float16Spacing),
        .. Enumerable.Range(0, 17).Select(power => Even(string.Create(CultureInfo.InvariantCulture, $"multiples-of-2^-{power}"), Math.ScaleB(1, -power))),
        .. Enumerable.Range(1, 5).SelectMany(places => new[] { 5, 2, 1 }.Select(digit => (double)digit * Math.Pow(10, -places)))
            .Select(step => Even(string.Create(CultureInfo.InvariantCulture, $"multiples-of-{Math.Round(step, 5):0.#####}"), step)),
    ];

    private readonly double[] _evidence = new double[Candidates.Length];
    private readonly double[] _spacings = new double[Candidates.Length];
    private readonly long[] _missed = new long[Candidates.Length];
    private long _numbers;

    /// <summary>Forgets all numbers.</summary>
    public void Clear()
    {
        Array.Clear(_evidence);
        Array.Clear(_spacings);
        Array.Clear(_missed);
        _numbers = 0;
    }

    /// <summary>Adds a number; a 0 lies on every grid and says nothing.</summary>
    public void Add(double value)
    {
        if (value == 0)
        {
            return;
        }

        _numbers++;
        var size = Math.Abs(value);
        var ulp = (double)(MathF.BitIncrement((float)size) - (float)size);
        for (var i = 0; i < Candidates.Length; i++)
        {
            var step = Candidates[i].Step(size);
            var distance = Math.Abs(size - (step * Math.Round(size / step)));
            if (distance <= Tolerance * ulp)
            {
                // A grid as fine as the tolerance holds every number, and one more says nothing for it.
                _evidence[i] += Math.Max(0, Math.Log(step / (2 * Tolerance * ulp)));
                _spacings[i] += Math.Log(step);
            }
            else
            {
                _missed[i]++;
            }
        }
    }

    /// <summary>The coarsest grid that holds nearly all numbers; null where they lie on none.</summary>
    public Grid? Found()
    {
        Grid? found = null;
        var coarsest = double.NegativeInfinity;
        for (var i = 0; i < Candidates.Length; i++)
        {
            if (_missed[i] <= MostMissed * _numbers && _evidence[i] - (Missed * _missed[i]) >= LeastEvidence && _spacings[i] > coarsest)
            {
                (found, coarsest) = (Candidates[i], _spacings[i]);
            }
        }

        return found;
    }

    /// <summary>Grids that hold every number, with the sum of the logarithms of their spacings: the larger, the coarser.</summary>
    public IEnumerable<(Grid Grid, double LogSpacing)> Holding() =>
        Enumerable.Range(0, Candidates.Length)
            .Where(i => _missed[i] == 0 && _evidence[i] >= LeastEvidence)
            .Select(i => (Candidates[i], _spacings[i]));

    /// <summary>Distance between two float16 values near one of the given size.</summary>
    public static double Float16Spacing(double size) => size < 6.2e-5 ? Math.ScaleB(1, -24) : Math.ScaleB(1, Math.ILogB(size) - 10);

    private static Grid Even(string name, double step) => new(name, _ => step);

    /// <summary>A set of numbers that a program may round to.</summary>
    /// <param name="Name">As the number reader says it.</param>
    /// <param name="Step">Distance between two of its numbers near one of the given size, in nats.</param>
    public sealed record Grid(string Name, Func<double, double> Step);
}
