namespace Hspi.Networks.Building;

/// <summary>A decoder of Llama's kind: its size, and what its family does otherwise than Llama.</summary>
/// <remarks>
/// Sources, beside those of <see cref="DecoderGraph"/>: Jiang et al., "Mistral 7B" (arXiv 2310.06825); Qwen2 (2407.10671) and Qwen3 (2505.09388)
/// technical reports; Gemma 2 (2408.00118) and Gemma 3 (2503.19786) reports; Grattafiori et al., "The Llama 3 Herd of Models" (2407.21783).
/// </remarks>
/// <param name="Size">Its size.</param>
public sealed record DecoderShape(DecoderSize Size)
{
    /// <summary>Added to the mean square under the root of every norm.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>How positions turn queries and keys.</summary>
    public Rotary Rotary { get; init; } = new();

    /// <summary>The same for layers with a sliding window, where it differs (Gemma 3).</summary>
    public Rotary? WindowRotary { get; init; }

    /// <summary>Which layers see only the last <see cref="DecoderSize.Window"/> positions, by layer; empty for none.</summary>
    public IReadOnlyList<bool> Windows { get; init; } = [];

    /// <summary>Whether queries, keys and values have a bias (Qwen2).</summary>
    public bool Biased { get; init; }

    /// <summary>Whether each head's query and key go through a norm before they are turned (Qwen3, Gemma 3).</summary>
    public bool NormedHeads { get; init; }

    /// <summary>Whether what attention and feed-forward give goes through a norm before it is added (Gemma 2 and 3).</summary>
    public bool NormedOutputs { get; init; }

    /// <summary>What the gate of the feed-forward goes through.</summary>
    public GateActivation Activation { get; init; }

    /// <summary>Factor of the tokens' vectors (Gemma: the root of their length).</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Factor of the scores before softmax.</summary>
    public float QueryScale { get; init; } = (float)(1 / Math.Sqrt(Size.HeadWidth));

    /// <summary>Scores are pressed between plus and minus this, by a hyperbolic tangent; 0 for not at all (Gemma 2).</summary>
    public float ScoreCap { get; init; }

    /// <summary>Logits likewise.</summary>
    public float LogitCap { get; init; }

    /// <summary>Whether a layer sees a sliding window only.</summary>
    public bool HasWindow(int layer) => layer < Windows.Count && Windows[layer];
}

/// <summary>What the gate of a feed-forward layer goes through.</summary>
public enum GateActivation
{
    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>GELU in its form with the hyperbolic tangent.</summary>
    GeluTanh,
}

/// <summary>Rotary positions: pair i of a head turns by position × frequency.</summary>
public sealed record Rotary
{
    /// <summary>The base: frequency i is base^(−2i / head width).</summary>
    public double Base { get; init; } = 10000;

    /// <summary>Divides every frequency; 1 for none (linear scaling).</summary>
    public double Divisor { get; init; } = 1;

    /// <summary>Stretches low frequencies only, as Llama 3.1 does; null for none.</summary>
    public StretchedFrequencies? Stretch { get; init; }

    /// <summary>Divides frequency i further by factor i, as GGUF files keep it; empty for none.</summary>
    public IReadOnlyList<float> Factors { get; init; } = [];

    /// <summary>Radians per position of pair <paramref name="pair"/>.</summary>
    public double Frequency(int pair, int headWidth)
    {
        var plain = Math.Pow(Base, -2.0 * pair / headWidth) / Divisor;
        var stretched = Stretch?.Of(plain) ?? plain;
        return pair < Factors.Count ? stretched / Factors[pair] : stretched;
    }
}

/// <summary>Llama 3.1's scaling: wavelengths above the original context over <paramref name="LowFactor"/> are stretched, those below it over <paramref name="HighFactor"/> are not, the rest in between.</summary>
/// <param name="Factor">How far the longest are stretched.</param>
/// <param name="LowFactor">Bounds what is stretched in full.</param>
/// <param name="HighFactor">Bounds what is not stretched.</param>
/// <param name="Context">Positions that the model was first trained on.</param>
public sealed record StretchedFrequencies(double Factor, double LowFactor, double HighFactor, double Context)
{
    /// <summary>The stretched frequency.</summary>
    public double Of(double frequency)
    {
        var turns = Context * frequency / (2 * Math.PI);
        if (turns < LowFactor)
        {
            return frequency / Factor;
        }

        var share = (turns - LowFactor) / (HighFactor - LowFactor);
        return turns > HighFactor ? frequency : ((1 - share) * frequency / Factor) + (share * frequency);
    }
}
