namespace Hspi.Readers.Embeddings;

/// <summary>How well grids of every kind explain the numbers of a vector in one scale.</summary>
/// <remarks>
/// A hypothesis says for each number how many binary digits it needs. If it needs b, and its text vouches for B, then by chance one of
/// 2^(B-b) such numbers lies there. All is relative to no grid at all, under which every number has likelihood 1.
/// </remarks>
internal sealed class GridLikelihoods
{
    /// <summary>Share of numbers that may lie anywhere under every hypothesis.</summary>
    private const double Elsewhere = 0.002;

    /// <summary>Significant bits of bf16, fp16, and of the two kinds of fp8.</summary>
    private static readonly (GridKind Kind, int Bits)[] Formats = [(GridKind.Bf16, 8), (GridKind.Fp16, 11), (GridKind.Fp8, 4), (GridKind.Fp8, 3)];

    /// <summary>A step so many powers of two below the largest number, from the coarsest.</summary>
    private static readonly int[] StepsBelow = [.. Enumerable.Range(3, 13)];

    /// <summary>Nobody averages many vectors of fp8, and what would come out looks like bf16.</summary>
    private const int MostFp8Positions = 3;

    /// <summary>So many numbers rule out a mean that is so much less likely under them than another hypothesis.</summary>
    private const int FirstLooked = 96;
    private const double RuledOut = 30;

    private readonly List<Hypothesis> _all = [];

    /// <summary>Judges every hypothesis.</summary>
    /// <param name="view">The numbers in units of the scale.</param>
    /// <param name="scale">The scale itself.</param>
    /// <param name="largest">The largest number, not in these units.</param>
    /// <param name="fromOdds">Log-odds of single positions from which means are asked about as well.</param>
    public GridLikelihoods(GridView view, double scale, double largest, double fromOdds)
    {
        _all.AddRange(Formats.Select(format => new Hypothesis(format.Kind, 1, OfFormat(view.Numbers, PooledBits.Single, format.Bits))));
        foreach (var below in StepsBelow)
        {
            var step = Math.ILogB(largest / scale) - below;
            _all.Add(new Hypothesis(OfSteps(largest / scale, step, scale), 1, OfStep(view, step)));
        }

        if (Best.LogLikelihood >= fromOdds)
        {
            AddMeans(view);
        }
    }

    /// <summary>The hypothesis that explains the numbers best.</summary>
    public Hypothesis Best => _all.MaxBy(one => one.LogLikelihood)!;

    /// <summary>The logarithm of the likelihood of a kind, over no grid.</summary>
    /// <returns>Negative infinity where no hypothesis is of that kind.</returns>
    public double Of(GridKind kind)
    {
        var logarithms = _all.Where(one => one.Kind == kind).Select(one => one.LogLikelihood).ToList();
        return logarithms.Count == 0 ? double.NegativeInfinity : logarithms.Max() + Math.Log(logarithms.Sum(one => Math.Exp(one - logarithms.Max())));
    }

    /// <summary>One explanation.</summary>
    /// <param name="Kind">What it says of the format.</param>
    /// <param name="Positions">Positions in the mean; 1 for none.</param>
    /// <param name="LogLikelihood">Over no grid.</param>
    public sealed record Hypothesis(GridKind Kind, int Positions, double LogLikelihood);

    /// <summary>Means that the first numbers do not rule out.</summary>
    private void AddMeans(GridView view)
    {
        var first = view.Numbers[..Math.Min(FirstLooked, view.Numbers.Length)];
        var best = double.NegativeInfinity;
        var asked = new List<(GridKind Kind, int Bits, PooledBits Mean, double First)>();
        foreach (var (kind, bits) in Formats)
        {
            best = Math.Max(best, OfFormat(first, PooledBits.Single, bits));
            foreach (var mean in PooledBits.Means.Where(mean => kind != GridKind.Fp8 || mean.Positions <= MostFp8Positions))
            {
                asked.Add((kind, bits, mean, OfFormat(first, mean, bits)));
                best = Math.Max(best, asked[^1].First);
            }
        }

        foreach (var (kind, bits, mean, _) in asked.Where(one => one.First >= best - RuledOut))
        {
            _all.Add(new Hypothesis(kind, mean.Positions, OfFormat(view.Numbers, mean, bits) - Math.Log(PooledBits.Means.Count)));
        }
    }

    private static double OfFormat(ReadOnlySpan<GridView.Seen> numbers, PooledBits pooled, int format)
    {
        // By size, digits of the text and zeros at the end: how much likelier such a number is than by chance, and the share that nothing can be seen of.
        const int Rows = PooledBits.Sizes * (GridView.MostBits + 1);
        Span<double> seen = stackalloc double[Rows * (GridView.MostBits + 1)];
        Span<double> hidden = stackalloc double[Rows];
        seen.Fill(-1);
        var sum = new LogProduct();
        foreach (var number in numbers)
        {
            var row = (number.SizeClass * (GridView.MostBits + 1)) + number.Bits;
            var cell = (row * (GridView.MostBits + 1)) + number.Zeros;
            if (seen[cell] < 0)
            {
                (seen[cell], hidden[row]) = (0, 1);
                for (var bits = 1; bits <= number.Bits; bits++)
                {
                    var share = pooled.Share(number.SizeClass, bits - format);
                    seen[cell] += bits >= number.Bits - number.Zeros ? share * (1 << (number.Bits - bits)) : 0;
                    hidden[row] -= share;
                }
            }

            sum.Times(Elsewhere + ((1 - Elsewhere) * ((seen[cell] * number.Weight) + Math.Max(0, hidden[row]))));
        }

        return sum.Logarithm;
    }

    private static double OfStep(GridView view, int step)
    {
        var sum = new LogProduct();
        foreach (var number in view.Numbers)
        {
            var bits = number.Exponent - step + 1;
            var likelihood = bits > number.Bits ? 1
                : bits >= 1 && number.Zeros >= number.Bits - bits ? number.Weight * (1 << (number.Bits - bits))
                : 0;
            sum.Times(Elsewhere + ((1 - Elsewhere) * likelihood));
        }

        return sum.Logarithm;
    }

    /// <summary>Few steps are int8, unless the step is one of decimal digits: someone rounded.</summary>
    private static GridKind OfSteps(double largest, int step, double scale)
    {
        var steps = largest / Math.ScaleB(1, step);
        var width = Math.ScaleB(scale, step);
        var digit = width / Math.Pow(10, Math.Floor(Math.Log10(width * 1.0001)));
        var isDecimal = width < 0.5 && ((double[])[1, 2, 2.5, 5]).Any(one => Math.Abs(digit - one) < 1e-4);
        return steps < 128.5 && !isDecimal ? GridKind.Int8 : GridKind.FixedPoint;
    }

    /// <summary>A product of many factors, none of them 0.</summary>
    private struct LogProduct
    {
        private double _product = 1;
        private double _logarithm;

        public LogProduct()
        {
        }

        public readonly double Logarithm => _logarithm + Math.Log(_product);

        public void Times(double factor)
        {
            _product *= factor;
            if (_product is > 1e200 or < 1e-200)
            {
                _logarithm += Math.Log(_product);
                _product = 1;
            }
        }
    }
}
