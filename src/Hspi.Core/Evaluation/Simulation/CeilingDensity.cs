using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

/// <summary>Density of one position's listed logits and of what is left for the others, by where the lowest listed one lies above the mean.</summary>
internal sealed class CeilingDensity
{
    /// <summary>Width of a cell, in logits.</summary>
    public const double Cell = 0.4;

    /// <summary>From −4 on.</summary>
    public const int Cells = 80;

    private const double First = -4;
    private const int Preferable = 8;
    private const double Preferred = 1.5 / Preferable;
    private const double MostPreference = 12;

    // Of this many highest the ninth is not seen where five are listed: how far below the lowest listed it lies, in spreads.
    private static readonly double[] Hidden = [0.01, 0.04, 0.08, 0.13, 0.19, 0.26, 0.35, 0.47, 0.65];
    private static readonly double[] HiddenWidths = [0.02, 0.04, 0.045, 0.055, 0.065, 0.08, 0.105, 0.15, 0.25];

    private readonly CeilingPlaces _places;
    private readonly int _vocabulary;
    private readonly double _spread;
    private readonly int _listed;
    private readonly double _logRest;

    public CeilingDensity(CeilingPlaces places, int alternatives, int vocabulary, double spread)
    {
        (_places, _vocabulary, _spread) = (places, vocabulary, spread);
        _listed = Math.Min(alternatives, places.Row.Count);
        var values = places.Row.Values[.._listed];
        var rest = 1.0;
        foreach (var value in values)
        {
            rest -= Math.Exp(value);
        }

        _logRest = rest > 3e-6 ? Math.Log(rest) - values[^1] : double.NaN;
    }

    /// <summary>By cell, when the mean of the position lies N(0, 1) around that of the answer.</summary>
    public double[] Smoothed()
    {
        double[] here = [.. Enumerable.Range(0, Cells).Select(cell => Math.Exp(Log((First + (cell * Cell)) / _spread)))];
        return [.. Enumerable.Range(0, Cells).Select(cell => here.Select((density, other) => density * Shift(cell - other)).Sum())];
    }

    /// <summary>Between two cells, a straight line.</summary>
    public static double At(double[] density, double place)
    {
        var cell = (place - First) / Cell;
        var whole = (int)Math.Floor(cell);
        return whole < 0 || whole >= Cells - 1 ? 0 : density[whole] + ((cell - whole) * (density[whole + 1] - density[whole]));
    }

    private static double Shift(int cells) => Math.Exp(-cells * cells * Cell * Cell / 2) * Cell / Math.Sqrt(2 * Math.PI);

    /// <summary>Logarithm of the density, with the lowest listed at <paramref name="lowest"/> spreads.</summary>
    private double Log(double lowest)
    {
        var below = _vocabulary * Math.Log(NormalTail.Below(lowest));
        if (below < -60)
        {
            return double.NegativeInfinity;
        }

        var rest = LogRest(lowest);
        if (_listed > Preferable)
        {
            // The ninth and all further ones are as they were drawn.
            var ordinary = below * (_vocabulary - _listed) / _vocabulary;
            for (var i = Preferable; i < _listed; i++)
            {
                ordinary += LogNormal(Spreads(i, lowest)) - Math.Log(_spread);
            }

            return rest + ordinary + LogAbove(Spreads(Preferable, lowest), lowest, Preferable) + (_listed * Math.Log(_vocabulary));
        }

        var sum = 0.0;
        for (var i = 0; i < Hidden.Length; i++)
        {
            var ninth = lowest - Hidden[i];
            var between = Between(ninth, lowest);
            sum += HiddenWidths[i] * Math.Exp(
                LogNormal(ninth) + (_vocabulary * Math.Log(NormalTail.Below(ninth))) + LogAbove(ninth, lowest, _listed)
                + ((Preferable - _listed) * Math.Log(between)) + ((Preferable + 1) * Math.Log(_vocabulary)));
        }

        return rest + Math.Log(sum);
    }

    /// <summary>The highest <paramref name="count"/>, each drawn above the ninth and perhaps preferred.</summary>
    private double LogAbove(double ninth, double lowest, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            var place = Spreads(i, lowest);
            var before = Math.Max(ninth, place - (MostPreference / _spread));
            sum += Math.Log(
                ((1 - Preferred) * Math.Exp(LogNormal(place)) / _spread)
                + (Preferred * (NormalTail.Below(-before) - NormalTail.Below(-place)) / MostPreference));
        }

        return sum;
    }

    /// <summary>Probability of one that lies above the ninth and not above the lowest listed, preferred or not.</summary>
    private double Between(double ninth, double lowest)
    {
        var (above, higher) = (NormalTail.Below(-ninth), NormalTail.Below(-lowest));
        var preferred = ((lowest - ninth) * above) - (Math.Exp(LogNormal(ninth)) - (ninth * above)) + (Math.Exp(LogNormal(lowest)) - (lowest * higher));
        return Math.Max(1e-12, ((1 - Preferred) * (above - higher)) + (Preferred * preferred * _spread / MostPreference));
    }

    private double LogRest(double lowest)
    {
        if (double.IsNaN(_logRest))
        {
            return 0;
        }

        var spread = _spread / _places.Temperature;
        var mean = (_vocabulary - _listed) * Math.Exp((spread * spread / 2) - (lowest * spread)) * NormalTail.Below(lowest - spread);
        var square = (_vocabulary - _listed) * Math.Exp((2 * spread * spread) - (2 * lowest * spread)) * NormalTail.Below(lowest - (2 * spread));
        var variance = Math.Log(1 + (square / (mean * mean)));
        var distance = _logRest - Math.Log(mean) + (variance / 2);
        return (-distance * distance / (2 * variance)) - (Math.Log(variance) / 2);
    }

    private double Spreads(int i, double lowest) => lowest + ((_places.Logits(_listed - 1) - _places.Logits(i)) / _spread);

    private static double LogNormal(double x) => (-x * x / 2) - (Math.Log(2 * Math.PI) / 2);
}
