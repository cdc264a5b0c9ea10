namespace Hspi.Readers.Lattice;

/// <summary>Logarithm of the evidence of one or more positions for a bf16 and an fp16 head, at each power of two of one scale.</summary>
/// <remarks>Relative to a head without a lattice, whose evidence is 1: P(gaps | lattice) / P(gaps | continuous).</remarks>
internal sealed class ScaleEvidence
{
    /// <summary>Exponents j of the scale s = s₀·2^j that are told apart, −4 to 4.</summary>
    public const int Octaves = 9;

    /// <summary>Index of j = 0.</summary>
    public const int Centre = 4;

    // A position that no hypothesis of ours explains is no proof against all of them, however many digits it has.
    private const double LogMostPerPosition = 60;
    private const double LogLeastPerPosition = -9;

    private readonly double[] _bf16 = new double[Octaves];
    private readonly double[] _fp16 = new double[Octaves];

    /// <summary>Per octave, for bf16.</summary>
    public Span<double> Bf16 => _bf16;

    /// <summary>Per octave, for fp16.</summary>
    public Span<double> Fp16 => _fp16;

    /// <summary>The best of all octaves and both formats.</summary>
    public double Best => Math.Max(Highest(_bf16), Highest(_fp16));

    /// <summary>Sets all to evidence 1.</summary>
    public void Clear()
    {
        Array.Clear(_bf16);
        Array.Clear(_fp16);
    }

    /// <summary>Multiplies in an independent position, bounded so that no single position outvotes many.</summary>
    public void Add(ScaleEvidence position)
    {
        var excess = Math.Max(0, position.Best - LogMostPerPosition);
        for (var j = 0; j < Octaves; j++)
        {
            _bf16[j] += Math.Max(position._bf16[j] - excess, LogLeastPerPosition);
            _fp16[j] += Math.Max(position._fp16[j] - excess, LogLeastPerPosition);
        }
    }

    /// <summary>Evidence averaged over the octaves.</summary>
    /// <param name="logWeights">Logarithm of the prior of each octave.</param>
    public (double Bf16, double Fp16) Average(ReadOnlySpan<double> logWeights) =>
        (LogSum.Weighted(_bf16, logWeights), LogSum.Weighted(_fp16, logWeights));

    private static double Highest(double[] values)
    {
        var highest = double.NegativeInfinity;
        foreach (var value in values)
        {
            highest = Math.Max(highest, value);
        }

        return highest;
    }
}
