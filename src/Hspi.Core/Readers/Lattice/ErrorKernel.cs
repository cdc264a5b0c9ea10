namespace Hspi.Readers.Lattice;

/// <summary>How far a printed gap lies from the gap of the logits: a density, in nats, that knows its own doubts.</summary>
/// <remarks>
/// A box of half-width h (rounding of two float32 numbers and of the print) with two wider boxes under it, for kernels whose
/// exp or log is a little worse than rounded. What lies outside is an outlier: a biased or penalised token that left the lattice.
/// </remarks>
internal static class ErrorKernel
{
    /// <summary>Logarithm of the share of values that a lattice hypothesis lets lie anywhere.</summary>
    public const double LogOutlier = -6.9;

    /// <summary>Beyond this many half-widths a value is no fit.</summary>
    public const double Reach = 32;

    /// <summary>Density at <paramref name="residual"/>, per nat; 0 beyond the reach.</summary>
    public static double Density(double residual, double half)
    {
        var x = Math.Abs(residual) / half;
        return x switch
        {
            <= 1 => (0.45 + 0.01125 + 0.00015625) / half,
            <= 4 => (0.01125 + 0.00015625) / half,
            <= Reach => 0.00015625 / half,
            _ => 0,
        };
    }
}
