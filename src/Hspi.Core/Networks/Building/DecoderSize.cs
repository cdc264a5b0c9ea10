namespace Hspi.Networks.Building;

/// <summary>Size of a Llama-style decoder.</summary>
/// <param name="Vocabulary">Number of token ids.</param>
/// <param name="Width">Length of a token's vector; a multiple of <paramref name="Heads"/>.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="Hidden">Length of the feed-forward vector.</param>
/// <param name="Context">Most positions.</param>
public sealed record DecoderSize(int Vocabulary, int Width, int Layers, int Heads, int KeyHeads, int Hidden, int Context)
{
    /// <summary>The committed decoder: 1.0 million parameters.</summary>
    public static DecoderSize Small { get; } = new(768, 128, 4, 4, 2, 384, 256);

    /// <summary>About 100 million parameters, for measurements of speed; its weights are chance.</summary>
    public static DecoderSize HundredMillion { get; } = new(16384, 768, 12, 12, 4, 2048, 512);

    /// <summary>Length of one head's vector.</summary>
    public int HeadWidth { get; init; } = Width / Math.Max(1, Heads);

    /// <summary>Positions that a layer with a sliding window sees, itself included; 0 where no layer has one.</summary>
    public int Window { get; init; }
}
