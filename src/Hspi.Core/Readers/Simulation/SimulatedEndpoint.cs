using System.Globalization;
using Hspi.Answers;
using Hspi.Probes;

namespace Hspi.Readers.Simulation;

/// <summary>What a simulated endpoint is like.</summary>
/// <param name="Head">Format of its logits.</param>
/// <param name="Vocabulary">Number of tokens, 512 to 150,000.</param>
/// <param name="Alternatives">Listed per token.</param>
/// <param name="Tokens">Per answer.</param>
/// <param name="Temperature">0 to 1.5; it chooses the token, and stretches the logprobs where <paramref name="Processed"/>.</param>
/// <param name="Processed">Whether logprobs are those after the temperature.</param>
/// <param name="Recipe">Float32 operations of the log-softmax.</param>
/// <param name="Print">Form of the numbers.</param>
/// <param name="Offset">Whether the model's logits lie far from 0: mean 5 to 15, one in four of them negative.</param>
public sealed record SimulatedEndpoint(
    HeadPrecision Head, int Vocabulary, int Alternatives, int Tokens, double Temperature, bool Processed, LogprobRecipe Recipe, LogprobPrint Print,
    bool Offset);

/// <summary>Makes answers of a known head: normal logits with a heavy top, rounded, float32 log-softmax, printed. Seeded.</summary>
/// <remarks>
/// Each answer draws its spread (standard deviation 2 to 4) and its mean; positions vary around both, and have up to three
/// preferred tokens (up to 12 above their draw). Only the 512 highest logits are drawn; the rest enters through its expected sum,
/// which moves all logprobs of a position alike.
/// </remarks>
public sealed class SimulatedAnswers(SimulatedEndpoint endpoint, ulong seed)
{
    private const int MostDrawn = 512;

    private readonly float[] _logits = new float[Math.Min(MostDrawn, endpoint.Vocabulary)];
    private SeededNormal _random = new(seed);
    private double _spread;
    private double _mean;
    private double _lowestDraw;

    /// <summary>The next answer's tokens.</summary>
    public IReadOnlyList<Step> Next()
    {
        _spread = 2 + (2 * _random.NextUniform());
        _mean = endpoint.Offset ? (5 + (10 * _random.NextUniform())) * (_random.Next(4) == 0 ? -1 : 1) : _random.NextNormal();
        var steps = new Step[endpoint.Tokens];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = Position();
        }

        return steps;
    }

    private Step Position()
    {
        var spread = _spread * (0.8 + (0.4 * _random.NextUniform()));
        var mean = _mean + _random.NextNormal();
        var rest = Draw(spread, mean);
        if (endpoint.Processed && endpoint.Temperature > 0)
        {
            // exp(x/T) of the undrawn tail: the same integral with the spread and mean divided by T.
            rest = Tail(spread / endpoint.Temperature, mean / endpoint.Temperature, _lowestDraw);
            for (var i = 0; i < _logits.Length; i++)
            {
                _logits[i] /= (float)endpoint.Temperature;
            }
        }

        var logprobs = Logprobs(rest);
        var listed = Math.Min(endpoint.Alternatives, logprobs.Length);
        var alternatives = new Alternative[listed];
        for (var i = 0; i < listed; i++)
        {
            alternatives[i] = new Alternative(i, $"t{i}", Text(logprobs[i]));
        }

        var chosen = Choose(logprobs);
        return new Step { TokenId = chosen, Token = $"t{chosen}", LogprobText = Text(logprobs[chosen]), Alternatives = alternatives };
    }

    /// <summary>Fills the highest logits, rounded to the head, highest first; returns Σ exp of those not drawn.</summary>
    private double Draw(double spread, double mean)
    {
        // Order statistics of uniforms from the top: U_(k+1) = U_(k) · V^(1/(remaining)).
        var logUpper = 0.0;
        for (var i = 0; i < _logits.Length; i++)
        {
            logUpper += Math.Log(1 - _random.NextUniform()) / (endpoint.Vocabulary - i);
            _lowestDraw = NormalTail.Above(Math.Clamp(-Math.Exp(logUpper) + 1, 1e-12, 1 - 1e-12));
            _logits[i] = (float)(mean + (spread * _lowestDraw));
        }

        for (var preferred = _random.Next(4); preferred > 0; preferred--)
        {
            _logits[_random.Next(Math.Min(8, _logits.Length))] += (float)(12 * _random.NextUniform());
        }

        for (var i = 0; i < _logits.Length; i++)
        {
            _logits[i] = endpoint.Head switch
            {
                HeadPrecision.Bf16 => ToBf16(_logits[i]),
                HeadPrecision.Fp16 => (float)(Half)_logits[i],
                _ => _logits[i],
            };
        }

        Array.Sort(_logits, static (left, right) => right.CompareTo(left));
        return Tail(spread, mean, _lowestDraw);
    }

    private double Tail(double spread, double mean, double below) => endpoint.Vocabulary <= MostDrawn
        ? 0
        : (endpoint.Vocabulary - MostDrawn) * Math.Exp(mean + (spread * spread / 2)) * NormalTail.Below(below - spread) / NormalTail.Below(below);

    private float[] Logprobs(double rest)
    {
        var highest = _logits[0];
        var sum = (float)(rest * Math.Exp(-highest));
        var exact = rest * Math.Exp(-highest);
        foreach (var logit in _logits)
        {
            sum += MathF.Exp(logit - highest);
            exact += Math.Exp((double)logit - highest);
        }

        var log = MathF.Log(sum);
        return [.. _logits.Select(logit => endpoint.Recipe switch
        {
            LogprobRecipe.MaxThenLog => logit - highest - log,
            LogprobRecipe.LogSumExp => logit - (highest + log),
            LogprobRecipe.LogOfSoftmax => MathF.Log(MathF.Exp(logit - highest) / sum),
            _ => (float)((double)logit - highest - Math.Log(exact)),
        })];
    }

    private int Choose(float[] logprobs)
    {
        if (endpoint.Temperature == 0)
        {
            return 0;
        }

        var power = endpoint.Processed ? 1 : 1 / endpoint.Temperature;
        var total = logprobs.Sum(logprob => Math.Exp(logprob * power));
        var draw = total * _random.NextUniform();
        for (var i = 0; i < logprobs.Length; i++)
        {
            draw -= Math.Exp(logprobs[i] * power);
            if (draw <= 0)
            {
                return i;
            }
        }

        return logprobs.Length - 1;
    }

    private string Text(float logprob) => endpoint.Print switch
    {
        LogprobPrint.DoubleOfFloat32 => ((double)logprob).ToString("R", CultureInfo.InvariantCulture),
        LogprobPrint.ShortestFloat32 => logprob.ToString("R", CultureInfo.InvariantCulture),
        LogprobPrint.SixDecimals => Math.Round((double)logprob, 6).ToString("R", CultureInfo.InvariantCulture),
        LogprobPrint.FourDecimals => Math.Round((double)logprob, 4).ToString("R", CultureInfo.InvariantCulture),
        _ => logprob.ToString("G4", CultureInfo.InvariantCulture),
    };

    private static float ToBf16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
