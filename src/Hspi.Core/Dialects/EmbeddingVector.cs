namespace Hspi.Dialects;

/// <summary>The numbers of one embedding as they were sent.</summary>
public abstract record EmbeddingVector
{
    private EmbeddingVector() { }

    /// <summary>How many numbers.</summary>
    public abstract int Dimensions { get; }

    /// <summary>Numbers in decimal digits.</summary>
    /// <param name="Texts">The characters of each.</param>
    public sealed record Printed(IReadOnlyList<string> Texts) : EmbeddingVector
    {
        /// <inheritdoc/>
        public override int Dimensions => Texts.Count;
    }

    /// <summary>Numbers as the bits of float32, sent in Base64.</summary>
    /// <param name="Values">All finite.</param>
    public sealed record Bits(IReadOnlyList<float> Values) : EmbeddingVector
    {
        /// <inheritdoc/>
        public override int Dimensions => Values.Count;
    }
}
