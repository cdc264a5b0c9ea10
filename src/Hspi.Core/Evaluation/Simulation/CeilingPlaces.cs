using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

/// <summary>Every place where one position's logits can lie on a bf16 or fp16 grid, at a known temperature.</summary>
internal sealed class CeilingPlaces
{
    // Places are counted in 2^-24 logits, the finest step of fp16.
    private const int UnitBits = 24;
    private const int FinestLevel = 17;
    private readonly double _temperature;
    private readonly Dictionary<int, double>[] _weights = [[], []];

    public CeilingPlaces(LatticeRow row, double temperature)
    {
        (Row, _temperature) = (row, temperature);
        var (level, residuals) = BestLevel();
        Fits = residuals > 0;
        if (!Fits)
        {
            return;
        }

        var steps = new long[row.Count];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = (long)Math.Round(Logits(i) * Math.ScaleB(1, level)) << (UnitBits - level);
        }

        for (var head = 0; head < 2; head++)
        {
            var bits = head == 0 ? 8 : 11;
            for (var binade = -10; binade < 7; binade++)
            {
                for (var place = 1L << (bits - 1); place < 1L << bits; place++)
                {
                    var highest = binade - bits + 1 + UnitBits >= 0 ? place << (binade - bits + 1 + UnitBits) : 0;
                    Add(_weights[head], highest, steps, bits, residuals);
                    Add(_weights[head], -highest, steps, bits, residuals);
                }
            }
        }
    }

    public LatticeRow Row { get; }

    /// <summary>Whether a lattice explains the gaps at this temperature.</summary>
    public bool Fits { get; }

    /// <summary>Temperature by which logits were divided.</summary>
    public double Temperature => _temperature;

    /// <summary>A gap below the highest value, in logits.</summary>
    public double Logits(int i) => Row.Gaps[i] * _temperature;

    /// <summary>Logarithms of the evidence for bf16, fp16 and fp32, when logits lie as <paramref name="density"/> says around <paramref name="mean"/>.</summary>
    /// <param name="density">Density of the listed values by the cell of the lowest, less the mean.</param>
    /// <param name="mean">Of the vocabulary, in logits.</param>
    public double[] Heads(double[] density, double mean)
    {
        var heads = new double[3];
        for (var head = 0; head < 2; head++)
        {
            foreach (var (cell, weight) in _weights[head])
            {
                heads[head] += weight * CeilingDensity.At(density, (cell * CeilingDensity.Cell / 4) - mean);
            }
        }

        heads[2] = density.Sum() * CeilingDensity.Cell * Math.Pow(_temperature, Row.Count - 1);
        return [.. heads.Select(head => Math.Log(head + 1e-300))];
    }

    private static void Add(Dictionary<int, double> weights, long highest, long[] steps, int bits, double residuals)
    {
        var log = residuals;
        foreach (var step in steps)
        {
            var size = (ulong)Math.Abs(highest - step);
            var ulp = Math.Max(0, System.Numerics.BitOperations.Log2(size | 1) - bits + 1);
            if ((size & ((1UL << ulp) - 1)) != 0 || highest == 0)
            {
                return;
            }

            log += (ulp - UnitBits) * Math.Log(2);
        }

        // By quarters of a cell, so that the density can be read between its cells.
        var cell = (int)Math.Round(Math.ScaleB(highest - steps[^1], -UnitBits) * 4 / CeilingDensity.Cell);
        weights[cell] = weights.GetValueOrDefault(cell) + Math.Exp(log);
    }

    private (int Level, double LogDensity) BestLevel()
    {
        var best = (Level: 0, LogDensity: 0.0, Score: 0.0);
        for (var level = -3; level <= FinestLevel; level++)
        {
            var unit = Math.ScaleB(1 / _temperature, -level);
            var density = 0.0;
            for (var i = 1; i < Row.Count; i++)
            {
                var half = _temperature == 1 ? Row.Halves[i] : Row.StretchedHalf(i);
                density += Math.Log(ErrorKernel.Density(Row.Gaps[i] - (unit * Math.Round(Row.Gaps[i] / unit)), half));
            }

            var score = density + ((Row.Count - 1) * Math.Log(unit));
            best = score > best.Score ? (level, density, score) : best;
        }

        return (best.Level, best.LogDensity);
    }
}
