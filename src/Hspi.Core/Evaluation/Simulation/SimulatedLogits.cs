using Hspi.Probes;

namespace Hspi.Evaluation.Simulation;

/// <summary>The logits of one simulated answer, position by position, before a head rounds them.</summary>
/// <param name="vocabulary">How many tokens there are.</param>
public abstract class SimulatedLogits(int vocabulary)
{
    /// <summary>Of a large vocabulary only so many of the highest logits are drawn; the rest enters through its expected sum.</summary>
    public const int MostDrawn = 512;

    /// <summary>How many tokens there are.</summary>
    protected int Vocabulary => vocabulary;

    /// <summary>Draws the next position.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="logits">Filled with the highest logits of the vocabulary, in any order.</param>
    public abstract void Next(ref SeededNormal random, Span<float> logits);

    /// <summary>Σ e^(x / <paramref name="temperature"/>) over those logits of the last position that were not drawn.</summary>
    public double Tail(double temperature) => vocabulary <= MostDrawn ? 0 : NotDrawn(temperature);

    /// <summary>The sum of <see cref="Tail"/> where the vocabulary is larger than <see cref="MostDrawn"/>.</summary>
    protected abstract double NotDrawn(double temperature);

    /// <summary>Starts an answer: draws what its positions have in common.</summary>
    /// <param name="endpoint">Shape, vocabulary and offset.</param>
    /// <param name="random">Chance.</param>
    public static SimulatedLogits Start(SimulatedEndpoint endpoint, ref SeededNormal random)
    {
        var offset = endpoint.Mean ?? (endpoint.Offset ? DrawOffset(ref random) : null);
        return endpoint.Shape switch
        {
            LogitShape.Normal => new NormalLogits(endpoint.Vocabulary, offset, ref random),
            LogitShape.Laplace => new LaplaceLogits(endpoint.Vocabulary, offset, ref random),
            LogitShape.Student => new StudentLogits(endpoint.Vocabulary, offset ?? 0, ref random),
            LogitShape.Zipf => new ZipfLogits(endpoint.Vocabulary, offset ?? 0, ref random),
            _ => throw new InvalidOperationException($"No logits of shape {endpoint.Shape}."),
        };
    }

    /// <summary>A mean far from 0: 5 to 15, one in four negative.</summary>
    public static double DrawOffset(ref SeededNormal random) => (5 + (10 * random.NextUniform())) * (random.Next(4) == 0 ? -1 : 1);

    /// <summary>The share above each of the highest <paramref name="into"/> of the vocabulary's draws, ascending.</summary>
    /// <remarks>Order statistics of uniforms from the top: U_(k+1) = U_(k) · V^(1/remaining).</remarks>
    protected void UpperShares(ref SeededNormal random, Span<double> into)
    {
        var logBelow = 0.0;
        for (var i = 0; i < into.Length; i++)
        {
            logBelow += Math.Log(1 - random.NextUniform()) / (vocabulary - i);
            into[i] = Math.Clamp(-Math.Exp(logBelow) + 1, 1e-12, 1 - 1e-12);
        }
    }
}
