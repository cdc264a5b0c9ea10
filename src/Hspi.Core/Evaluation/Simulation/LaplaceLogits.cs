using Hspi.Probes;

namespace Hspi.Evaluation.Simulation;

/// <summary>Logits of Laplace's law, 1 to 2 wide: heavier above than normal ones. The reader's softness was chosen with them and the normal ones.</summary>
internal sealed class LaplaceLogits : SimulatedLogits
{
    private readonly double[] _uppers;
    private readonly double _answerWidth;
    private readonly double _answerMean;
    private double _width;
    private double _mean;

    public LaplaceLogits(int vocabulary, double? mean, ref SeededNormal random)
        : base(vocabulary)
    {
        _uppers = new double[Math.Min(MostDrawn, vocabulary)];
        _answerWidth = 1 + random.NextUniform();
        _answerMean = mean ?? random.NextNormal();
    }

    public override void Next(ref SeededNormal random, Span<float> logits)
    {
        _width = _answerWidth * (0.8 + (0.4 * random.NextUniform()));
        _mean = _answerMean + random.NextNormal();
        UpperShares(ref random, _uppers);
        for (var i = 0; i < _uppers.Length; i++)
        {
            logits[i] = (float)(_mean + (_width * Above(_uppers[i])));
        }
    }

    protected override double NotDrawn(double temperature)
    {
        // ∫ e^(ax − |x|)/2 below the lowest that was drawn, which lies above the mean: a is the width in temperatures.
        var (a, lowest) = (_width / temperature, Above(_uppers[^1]));
        var above = Math.Abs(a - 1) < 1e-6 ? lowest : (Math.Exp((a - 1) * lowest) - 1) / (a - 1);
        return (Vocabulary - MostDrawn) * Math.Exp(_mean / temperature) * ((1 / (a + 1)) + above) / 2 / (1 - _uppers[^1]);
    }

    private static double Above(double upper) => upper < 0.5 ? -Math.Log(2 * upper) : Math.Log(2 * (1 - upper));
}
