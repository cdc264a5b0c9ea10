using Hspi.Probes;

namespace Hspi.Evaluation.Simulation;

/// <summary>
/// Held out: logits that fall with the logarithm of their rank, as words do, unevenly; in half of the positions a group of up to six
/// tokens stands 2 to 10 above all others.
/// </summary>
internal sealed class ZipfLogits : SimulatedLogits
{
    private readonly double _answerSlope;
    private readonly double _answerMean;
    private double _slope;
    private double _level;
    private double _roughness;

    public ZipfLogits(int vocabulary, double mean, ref SeededNormal random)
        : base(vocabulary)
    {
        _answerSlope = 0.9 + (1.1 * random.NextUniform());
        _answerMean = mean;
    }

    public override void Next(ref SeededNormal random, Span<float> logits)
    {
        _slope = _answerSlope * (0.8 + (0.4 * random.NextUniform()));
        _roughness = 0.2 + (0.6 * random.NextUniform());
        // Σ ln rank / V is ln V − 1: with it the mean over the vocabulary is that of the answer.
        _level = _answerMean + (0.7 * random.NextNormal()) + (_slope * (Math.Log(Vocabulary) - 1));
        var shift = 3 * random.NextUniform();
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = (float)(_level - (_slope * Math.Log(i + 1 + shift)) + (_roughness * random.NextNormal()));
        }

        var lift = 2 + (8 * random.NextUniform());
        for (var i = random.Next(2) * (1 + random.Next(6)); i > 0; i--)
        {
            logits[i - 1] += (float)lift;
        }
    }

    protected override double NotDrawn(double temperature)
    {
        // ∫ rank^(−slope/T) over the ranks that were not drawn, times the mean of exp of the roughness.
        var (power, rough) = (_slope / temperature, _roughness / temperature);
        var ranks = Math.Abs(power - 1) < 1e-6
            ? Math.Log((double)Vocabulary / MostDrawn)
            : (Math.Pow(Vocabulary, 1 - power) - Math.Pow(MostDrawn, 1 - power)) / (1 - power);
        return ranks * Math.Exp((_level / temperature) + (rough * rough / 2));
    }
}
