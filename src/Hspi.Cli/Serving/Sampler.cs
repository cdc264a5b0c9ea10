using Hspi.Probes;

namespace Hspi.Cli.Serving;

/// <summary>Chooses the next token: the likeliest at temperature 0, else by seeded chance.</summary>
internal sealed class Sampler(double temperature, double topP, ulong seed)
{
    private SeededNormal _chance = new(seed);

    /// <summary>An index into <paramref name="logits"/>. Equal logits: the lower id, as every engine's argmax does.</summary>
    public int Choose(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            best = logits[id] > logits[best] ? id : best;
        }

        return temperature == 0 ? best : Draw(logits, logits[best]);
    }

    private int Draw(ReadOnlySpan<float> logits, float greatest)
    {
        var weights = new double[logits.Length];
        for (var id = 0; id < weights.Length; id++)
        {
            weights[id] = Math.Exp(((double)logits[id] - greatest) / temperature);
        }

        var order = Enumerable.Range(0, weights.Length).OrderByDescending(id => weights[id]).ToArray();
        var kept = Kept(weights, order);
        var left = _chance.NextUniform() * order.Take(kept).Sum(id => weights[id]);
        foreach (var id in order.Take(kept))
        {
            left -= weights[id];
            if (left < 0)
            {
                return id;
            }
        }

        return order[kept - 1];
    }

    /// <summary>How many of the likeliest tokens together reach the wanted share; at least one.</summary>
    private int Kept(double[] weights, int[] order)
    {
        var wanted = topP * weights.Sum();
        var sum = 0.0;
        var kept = 0;
        while (kept < order.Length && (kept == 0 || sum < wanted))
        {
            sum += weights[order[kept++]];
        }

        return kept;
    }
}
