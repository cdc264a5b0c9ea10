namespace Hspi.Readers.Lattice;

/// <summary>Temperatures that people write: a scale that one of them makes is exact, and likelier than one that nobody would choose.</summary>
internal static class UsualTemperatures
{
    // A temperature becomes a float32, and every quotient is rounded.
    private const double FloatError = 6e-8;

    // Shares of what is not 1 up to a power of two. 1/T up to a power of two: 0.2, 0.4 and 0.8 have one scale, so have 0.3, 0.6 and 1.2.
    private static readonly (double Temperature, double Share)[] Usual =
        [(0.8, 0.22), (0.6, 0.2), (0.7, 0.2), (0.75, 0.12), (0.9, 0.1), (0.95, 0.03), (0.85, 0.03), (0.65, 0.03), (0.55, 0.03)];

    private static readonly (double Scale, double LogShare)[] Scales =
        [.. Usual.Select(one => (Math.ScaleB(1 / one.Temperature, -Math.ILogB(1 / one.Temperature)), Math.Log(one.Share)))];

    // What is left for all other scales.
    private static readonly double LogOther = Math.Log(0.04);

    /// <summary>The exact scale of a usual temperature within reach of what was found; otherwise what was found.</summary>
    public static ScaleCandidate Snap(ScaleCandidate found)
    {
        foreach (var (scale, logShare) in Scales)
        {
            if (Math.Abs(found.Scale - scale) <= 4 * (found.Error + FloatError) * scale)
            {
                // 16 bits times 5/4 fit into a float32: that quotient is not rounded.
                return found with { Scale = scale, Error = scale == 1.25 ? 0 : FloatError, LogPrior = logShare };
            }
        }

        return found with { LogPrior = found.LogPrior + LogOther };
    }
}
