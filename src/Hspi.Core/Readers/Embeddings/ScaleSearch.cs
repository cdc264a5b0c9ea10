namespace Hspi.Readers.Embeddings;

/// <summary>Finds the factor behind which the numbers of a vector need few binary digits: its norm, as a rule.</summary>
/// <remarks>
/// The largest numbers are 14 binary digits long, in one of 8,192 ways; each way is a scale. Most scales are given up after a few numbers,
/// and the best are made as exact as all numbers together allow.
/// </remarks>
internal static class ScaleSearch
{
    private const int AnchorBits = 14;
    private const int Anchors = 3;
    private const int Screened = 64;
    private const int Kept = 6;

    /// <summary>Log-likelihood over chance at which a scale is given up.</summary>
    private const double Hopeless = -15;

    /// <summary>Scales that are tried: the price of the one that is found.</summary>
    public const int Tried = Anchors << (AnchorBits - 1);

    /// <summary>What any grid could look like: shares of numbers that need exactly so many bits, from 1.</summary>
    private static readonly double[] AnyGrid =
        [0.005, 0.005, 0.02, 0.03, 0.02, 0.03, 0.05, 0.2, 0.08, 0.08, 0.2, 0.08, 0.06, 0.04, 0.03, 0.02];

    /// <summary>The scale with most evidence; null where all are hopeless.</summary>
    public static double? Find(double[] sizes, double[] uncertainties)
    {
        var screen = Screen(sizes, uncertainties);
        var best = new List<(double Score, double Scale)>();
        var worstKept = double.NegativeInfinity;
        foreach (var anchor in Enumerable.Range(0, sizes.Length).OrderByDescending(i => sizes[i]).Take(Anchors))
        {
            foreach (var number in screen)
            {
                number.Prepare(uncertainties[anchor]);
            }

            for (var digits = 1 << (AnchorBits - 1); digits < 1 << AnchorBits; digits++)
            {
                var scale = sizes[anchor] / digits;
                var score = Score(screen, scale);
                if (score > worstKept)
                {
                    best.Add((score, scale));
                    if (best.Count > Kept)
                    {
                        best.Remove(best.Min());
                        worstKept = best.Min().Score;
                    }
                }
            }
        }

        var refined = best.Select(one => Refine(sizes, uncertainties, one.Scale)).Select(scale => (Score: Evidence(sizes, uncertainties, scale), Scale: scale)).ToList();
        return refined.Count == 0 ? null : refined.Max().Scale;
    }

    private static Number[] Screen(double[] sizes, double[] uncertainties) =>
    [
        .. Enumerable.Range(0, sizes.Length).OrderBy(i => uncertainties[i]).Take(Math.Min(sizes.Length, 4 * Screened))
            .Order().Where((_, place) => sizes.Length <= 4 * Screened || place % 4 == 0).Take(Screened).Select(i => new Number(sizes[i], uncertainties[i])),
    ];

    private static double Score(Number[] screen, double scale)
    {
        var score = 0.0;
        foreach (var number in screen)
        {
            score += number.Score(scale);
            if (score < Hopeless)
            {
                return double.NegativeInfinity;
            }
        }

        return score;
    }

    /// <summary>The scale at which the numbers lie nearest to those that they seem to be.</summary>
    private static double Refine(double[] sizes, double[] uncertainties, double scale)
    {
        var (above, below) = (0.0, 0.0);
        for (var i = 0; i < sizes.Length; i++)
        {
            var bits = Math.Min(GridView.BitsOf(uncertainties[i]), AnchorBits - 2);
            var value = sizes[i] / scale;
            GridView.Hit(value, bits, out var distance);
            var unit = Math.ScaleB(1, Math.ILogB(value) - (bits - 1));
            if (distance * unit <= 3 * uncertainties[i] * value)
            {
                var nearest = Math.Round(value / unit) * unit;
                var weight = 1 / (uncertainties[i] * uncertainties[i] * sizes[i] * sizes[i]);
                above += weight * nearest * sizes[i];
                below += weight * nearest * nearest;
            }
        }

        return below > 0 ? above / below : scale;
    }

    private static double Evidence(double[] sizes, double[] uncertainties, double scale)
    {
        var sum = 0.0;
        for (var i = 0; i < sizes.Length; i++)
        {
            sum += new Number(sizes[i], uncertainties[i]).Score(scale);
        }

        return sum;
    }

    /// <summary>One number that scales are tried on.</summary>
    private sealed class Number
    {
        private readonly double _size;
        private readonly double _uncertainty;
        private readonly double[] _scores = new double[GridView.MostBits + 1];
        private readonly int _bits;
        private double _miss;
        private double _reach;

        public Number(double size, double uncertainty)
        {
            (_size, _uncertainty) = (size, uncertainty);
            _bits = GridView.BitsOf(uncertainty);
            Prepare(0);
        }

        /// <summary>Adds what the scale leaves open.</summary>
        public void Prepare(double scaleUncertainty)
        {
            var share = _uncertainty + scaleUncertainty;
            _reach = share * Math.ScaleB(1, _bits);
            var shares = AnyGrid.AsSpan(0, _bits);
            _miss = 0.01;
            foreach (var one in AnyGrid.AsSpan(_bits))
            {
                _miss += one;
            }

            var half = Math.Min(0.5, 0.75 * _reach);
            for (var zeros = 0; zeros <= _bits; zeros++)
            {
                var hit = _miss;
                for (var bits = Math.Max(1, _bits - zeros); bits <= _bits; bits++)
                {
                    hit += shares[bits - 1] * (1 << (_bits - bits)) * 0.5 / half;
                }

                _scores[zeros] = Math.Log(hit);
            }

            _miss = Math.Log(_miss);
        }

        public double Score(double scale)
        {
            var zeros = GridView.Hit(_size / scale, _bits, out var distance);
            return distance <= _reach ? _scores[zeros] : _miss;
        }
    }
}
