namespace Hspi.Readers.Lattice;

/// <summary>Logarithm of the evidence of one or more positions for a bf16 and an fp16 head, at one scale, for each hypothesis of where its logits lie.</summary>
/// <remarks>Relative to a head without a lattice, whose evidence is 1: P(gaps | lattice) / P(gaps | continuous).</remarks>
internal sealed class ScaleEvidence
{
    // A position that a hypothesis does not explain is no proof against it, however many digits it has.
    private const double LogLeastPerPosition = -9;

    /// <summary>Hypotheses of where the model's logits lie.</summary>
    public const int Columns = PlacePrior.Columns;

    private readonly double[] _bf16 = new double[Columns];
    private readonly double[] _fp16 = new double[Columns];

    /// <summary>Per hypothesis, for bf16.</summary>
    public Span<double> Bf16 => _bf16;

    /// <summary>Per hypothesis, for fp16.</summary>
    public Span<double> Fp16 => _fp16;

    /// <summary>The best of all and both formats.</summary>
    public double Best => Math.Max(Highest(_bf16), Highest(_fp16));

    /// <summary>An independent copy.</summary>
    public ScaleEvidence Copy()
    {
        var copy = new ScaleEvidence();
        _bf16.CopyTo(copy._bf16, 0);
        _fp16.CopyTo(copy._fp16, 0);
        return copy;
    }

    /// <summary>Sets all to evidence 1.</summary>
    public void Clear()
    {
        Array.Clear(_bf16);
        Array.Clear(_fp16);
    }

    /// <summary>Multiplies in an independent position.</summary>
    /// <param name="position">Its evidence.</param>
    /// <param name="excess">What is taken off all hypotheses of this position alike, so that no single one outvotes many.</param>
    public void Add(ScaleEvidence position, double excess)
    {
        for (var j = 0; j < Columns; j++)
        {
            _bf16[j] += Math.Max(position._bf16[j] - excess, LogLeastPerPosition);
            _fp16[j] += Math.Max(position._fp16[j] - excess, LogLeastPerPosition);
        }
    }

    /// <summary>Multiplies in another request of the same head and scale.</summary>
    public void Add(ScaleEvidence request)
    {
        for (var j = 0; j < Columns; j++)
        {
            _bf16[j] += request._bf16[j];
            _fp16[j] += request._fp16[j];
        }
    }

    /// <summary>Evidence averaged over the hypotheses.</summary>
    /// <param name="logWeights">Logarithm of the prior of each.</param>
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
