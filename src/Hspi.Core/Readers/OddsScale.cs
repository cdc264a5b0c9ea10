namespace Hspi.Readers;

/// <summary>One factor between two sets of log-odds: a temperature, or a scale of the logits.</summary>
public static class OddsScale
{
    /// <summary>Rounding does not reach so far from 1.</summary>
    private const double Least = 0.02;

    /// <summary>The factor must leave at most so much of the difference unexplained.</summary>
    private const double MostLeft = 0.1;

    /// <summary>The second over the first; null where no one factor explains nearly all of their difference.</summary>
    /// <param name="pairs">Log-odds of the same tokens at the same positions, in nats.</param>
    public static double? Of(IReadOnlyList<(double First, double Second)> pairs)
    {
        var square = pairs.Sum(pair => pair.First * pair.First);
        if (square == 0)
        {
            return null;
        }

        var scale = pairs.Sum(pair => pair.First * pair.Second) / square;
        var before = pairs.Sum(pair => Math.Abs(pair.Second - pair.First));
        var after = pairs.Sum(pair => Math.Abs(pair.Second - (scale * pair.First)));
        return Math.Abs(scale - 1) > Least && after < MostLeft * before ? scale : null;
    }
}
