namespace Hspi.Readers.Lattice;

/// <summary>The normal law, for what the highest of many logits are like without having all of them.</summary>
internal static class NormalTail
{
    private static readonly double[] Coefficients =
        [-0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223];

    /// <summary>P(X ≤ x), relative error below 1.2e-7.</summary>
    /// <remarks>Source: the rational Chebyshev fit of erfc in Press et al., Numerical Recipes, section 6.2.</remarks>
    public static double Below(double x)
    {
        var z = Math.Abs(x) / Math.Sqrt(2);
        var t = 1 / (1 + (0.5 * z));
        var series = 0.17087277;
        foreach (var coefficient in Coefficients)
        {
            series = coefficient + (t * series);
        }

        var erfc = t * Math.Exp(series - (z * z));
        return x < 0 ? erfc / 2 : 1 - (erfc / 2);
    }

    /// <summary>The x that is exceeded with probability <paramref name="upper"/>, 0 &lt; upper &lt; 1; relative error below 1e-7 or so.</summary>
    /// <remarks>Newton steps on <see cref="Below"/> from the asymptote sqrt(−2 ln p).</remarks>
    public static double Above(double upper)
    {
        if (upper > 0.5)
        {
            return -Above(1 - upper);
        }

        var x = Math.Sqrt(Math.Max(0, -2 * Math.Log(2 * upper)));
        for (var i = 0; i < 30; i++)
        {
            var density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
            var move = (Below(-x) - upper) / density;
            x += Math.Clamp(move, -0.5, 0.5);
            if (Math.Abs(move) < 1e-9)
            {
                break;
            }
        }

        return x;
    }
}
