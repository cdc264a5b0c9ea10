namespace Hspi.Networks;

/// <summary>A dense array at the edge of a network: what goes in, what comes out.</summary>
public abstract record Tensor(IReadOnlyList<int> Shape)
{
    /// <summary>Single-precision values, row-major, exactly as the platform produced them.</summary>
    /// <param name="Shape">Extent of each axis, outermost first.</param>
    /// <param name="Values">Length: the product of <paramref name="Shape"/>.</param>
    public sealed record Float(IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values) : Tensor(Shape);

    /// <summary>Whole numbers (token ids, positions), row-major.</summary>
    /// <param name="Shape">Extent of each axis, outermost first.</param>
    /// <param name="Values">Length: the product of <paramref name="Shape"/>.</param>
    public sealed record Integer(IReadOnlyList<int> Shape, long[] Values) : Tensor(Shape);
}
