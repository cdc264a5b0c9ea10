using System.Globalization;
using Hspi.Answers;
using Hspi.Probes;
using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

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
    Head Head, int Vocabulary, int Alternatives, int Tokens, double Temperature, bool Processed, LogprobRecipe Recipe, LogprobPrint Print,
    bool Offset)
{
    /// <summary>How its logits are spread.</summary>
    public LogitShape Shape { get; init; }

    /// <summary>Mean that all its answers share; null: each answer draws its own, as if it came from another model.</summary>
    public double? Mean { get; init; }
}

/// <summary>Makes answers of a known head: simulated logits, rounded, float32 log-softmax, printed. Seeded.</summary>
public sealed class SimulatedAnswers(SimulatedEndpoint endpoint, ulong seed)
{
    private readonly float[] _logits = new float[Math.Min(SimulatedLogits.MostDrawn, endpoint.Vocabulary)];
    private SeededNormal _random = new(seed);

    /// <summary>The next answer's tokens.</summary>
    public IReadOnlyList<Step> Next()
    {
        var source = SimulatedLogits.Start(endpoint, ref _random);
        var steps = new Step[endpoint.Tokens];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = Position(source);
        }

        return steps;
    }

    private Step Position(SimulatedLogits source)
    {
        source.Next(ref _random, _logits);
        var divisor = endpoint.Processed && endpoint.Temperature > 0 ? endpoint.Temperature : 1;
        for (var i = 0; i < _logits.Length; i++)
        {
            _logits[i] = Rounded(_logits[i]);
            _logits[i] = divisor == 1 ? _logits[i] : _logits[i] / (float)divisor;
        }

        Array.Sort(_logits, static (left, right) => right.CompareTo(left));
        var rest = source.Tail(divisor);
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

    private float Rounded(float logit) => endpoint.Head switch
    {
        Head.Bf16 => ToBf16(logit),
        Head.Fp16 => (float)(Half)logit,
        _ => logit,
    };

    private static float ToBf16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
