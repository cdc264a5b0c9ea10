using Hspi.Probes;

namespace Hspi.Evaluation.Simulation;

/// <summary>Held out: Student's t with four degrees of freedom, 0.8 to 1.8 times as wide. Its highest values lie far above all others.</summary>
internal sealed class StudentLogits : SimulatedLogits
{
    private const int Nodes = 64;

    private readonly double[] _uppers;
    private readonly double _answerSpread;
    private readonly double _answerMean;
    private double _spread;
    private double _mean;

    public StudentLogits(int vocabulary, double mean, ref SeededNormal random)
        : base(vocabulary)
    {
        _uppers = new double[Math.Min(MostDrawn, vocabulary)];
        _answerSpread = 0.8 + random.NextUniform();
        _answerMean = mean + (0.5 * random.NextNormal());
    }

    public override void Next(ref SeededNormal random, Span<float> logits)
    {
        _spread = _answerSpread * (0.7 + (0.6 * random.NextUniform()));
        _mean = _answerMean + (0.5 * random.NextNormal());
        UpperShares(ref random, _uppers);
        for (var i = 0; i < _uppers.Length; i++)
        {
            logits[i] = (float)(_mean + (_spread * Above(_uppers[i])));
        }
    }

    protected override double NotDrawn(double temperature)
    {
        // The rest is spread evenly over the shares below the lowest that was drawn. Cells shrink towards it, where exp is large.
        var (share, sum) = (1 - _uppers[^1], 0.0);
        for (var i = 0; i < Nodes; i++)
        {
            var (from, to) = (Math.Pow((double)i / Nodes, 3), Math.Pow((i + 1.0) / Nodes, 3));
            sum += (to - from) * Math.Exp((_mean + (_spread * Above(_uppers[^1] + (share * (from + to) / 2)))) / temperature);
        }

        return (Vocabulary - MostDrawn) * sum;
    }

    /// <summary>The t that is exceeded with probability <paramref name="upper"/>.</summary>
    /// <remarks>Four degrees of freedom have a closed form: Shaw, "Sampling Student's T distribution" (2006).</remarks>
    private static double Above(double upper)
    {
        var product = Math.Sqrt(4 * upper * (1 - upper));
        var root = 2 * Math.Sqrt(Math.Max(0, (Math.Cos(Math.Acos(Math.Min(1, product)) / 3) / product) - 1));
        return upper < 0.5 ? root : -root;
    }
}
