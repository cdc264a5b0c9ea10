namespace Hspi.Networks.Interpreter;

/// <summary>Attention in one piece, where an engine does not compute it as two products with a softmax between.</summary>
public interface IFusedAttention
{
    /// <summary>Computes softmax(q · kᵀ · scale + mask) · v for one group of heads.</summary>
    /// <param name="queries">[rows, width] row-major.</param>
    /// <param name="keys">[total, width].</param>
    /// <param name="values">[total, width].</param>
    /// <param name="mask">[rows, total]: 0, or very negative where a position is not seen.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="width">Length of a head's vector.</param>
    /// <param name="mixed">[rows, width]: the result.</param>
    void Mix(ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, float scale, int width, Span<float> mixed);
}
