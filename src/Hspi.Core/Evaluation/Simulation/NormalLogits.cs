using Hspi.Probes;
using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

/// <summary>
/// Normal logits with up to three preferred tokens, up to 12 above their draw. Each answer draws its standard deviation (2 to 4) and
/// its mean (normal around 0, unless given); positions vary around both.
/// </summary>
internal sealed class NormalLogits : SimulatedLogits
{
    private readonly double[] _uppers;
    private readonly double _answerSpread;
    private readonly double _answerMean;
    private double _spread;
    private double _mean;
    private double _lowest;

    public NormalLogits(int vocabulary, double? mean, ref SeededNormal random)
        : base(vocabulary)
    {
        _uppers = new double[Math.Min(MostDrawn, vocabulary)];
        _answerSpread = 2 + (2 * random.NextUniform());
        _answerMean = mean ?? random.NextNormal();
    }

    public override void Next(ref SeededNormal random, Span<float> logits)
    {
        _spread = _answerSpread * (0.8 + (0.4 * random.NextUniform()));
        _mean = _answerMean + random.NextNormal();
        UpperShares(ref random, _uppers);
        for (var i = 0; i < _uppers.Length; i++)
        {
            _lowest = NormalTail.Above(_uppers[i]);
            logits[i] = (float)(_mean + (_spread * _lowest));
        }

        for (var preferred = random.Next(4); preferred > 0; preferred--)
        {
            logits[random.Next(Math.Min(8, logits.Length))] += (float)(12 * random.NextUniform());
        }
    }

    protected override double NotDrawn(double temperature)
    {
        // exp(x/T) of a normal is the same integral with spread and mean divided by T.
        var (spread, mean) = (_spread / temperature, _mean / temperature);
        return (Vocabulary - MostDrawn) * Math.Exp(mean + (spread * spread / 2)) * NormalTail.Below(_lowest - spread) / NormalTail.Below(_lowest);
    }
}
