namespace Hspi.Readers.Lattice;

/// <summary>Temperatures that people write: a scale that one of them makes is exact, and likelier than one that nobody would choose.</summary>
internal static class UsualTemperatures
{
    // A temperature becomes a float32, and every quotient is rounded.
    private const double FloatError = 6e-8;

    // Shares of what is not 1 up to a power of two. 1/T up to a power of two: 0.2, 0.4 and 0.8 have one scale, so have 0.3, 0.6 and 1.2.
    private static readonly (double Temperature, double Share)[] Usual =
        [(0.8, 0.22), (0.6, 0.2), (0.7, 0.2), (0.75, 0.12), (0.9, 0.1), (0.95, 0.03), (0.85, 0.03), (0.65, 0.03), (0.55, 0.03)];

    private static readonly ScaleCandidate[] Scales = [.. Usual.Select(one => Scale(1 / one.Temperature, Math.Log(one.Share)))];

    // What is left for all other scales.
    private static readonly double LogOther = Math.Log(0.04);

    /// <summary>All of them, likeliest first; 1 is not among them.</summary>
    public static ReadOnlySpan<ScaleCandidate> All => Scales;

    /// <summary>The exact scale of a usual temperature within reach of what was found; otherwise what was found.</summary>
    public static ScaleCandidate Snap(ScaleCandidate found)
    {
        foreach (var usual in Scales)
        {
            if (Math.Abs(found.Scale - usual.Scale) <= 4 * (found.Error + FloatError) * usual.Scale)
            {
                return usual;
            }
        }

        return found with { LogPrior = found.LogPrior + LogOther };
    }

    private static ScaleCandidate Scale(double inverse, double logShare)
    {
        var scale = Math.ScaleB(inverse, -Math.ILogB(inverse));
        // 16 bits times 5/4 fit into a float32: that quotient is not rounded.
        return new ScaleCandidate(scale, scale == 1.25 ? 0 : FloatError, 0) { LogPrior = logShare };
    }
}
