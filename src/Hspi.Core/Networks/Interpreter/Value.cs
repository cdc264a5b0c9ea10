namespace Hspi.Networks.Interpreter;

/// <summary>A dense array inside a running graph, row-major.</summary>
/// <param name="shape">Extents, outermost first; empty for a scalar.</param>
internal abstract class Value(int[] shape)
{
    /// <summary>Extents, outermost first.</summary>
    public int[] Shape => shape;

    /// <summary>Number of elements.</summary>
    public int Count { get; } = CountOf(shape);

    /// <summary>This array's elements, in their order, under another shape with as many elements.</summary>
    public abstract Value Reshaped(int[] newShape);

    /// <summary>The value is not needed any more.</summary>
    public abstract void Release();

    /// <summary>Product of <paramref name="shape"/>.</summary>
    public static int CountOf(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var extent in shape)
        {
            count = checked(count * extent);
        }

        return count;
    }
}

/// <summary>Numbers.</summary>
internal sealed class FloatValue(int[] shape, SharedBuffer buffer) : Value(shape)
{
    /// <summary>The elements.</summary>
    public Span<float> Span => buffer.Array.AsSpan(0, Count);

    /// <summary>The elements for somebody outside, who keeps them: without a copy where nobody else can have them.</summary>
    public ReadOnlyMemory<float> Leave() => buffer.TryTake() ? buffer.Array.AsMemory(0, Count) : Span.ToArray();

    /// <summary>The elements stay what they are for as long as the graph is loaded.</summary>
    public void Stay() => buffer.TryTake();

    /// <inheritdoc/>
    public override Value Reshaped(int[] newShape) => new FloatValue(newShape, buffer.Hold());

    /// <inheritdoc/>
    public override void Release() => buffer.Release();
}

/// <summary>Whole numbers: token ids, positions, shapes. Few, so they are not pooled.</summary>
internal sealed class IntegerValue(int[] shape, long[] elements) : Value(shape)
{
    /// <summary>The elements.</summary>
    public long[] Elements => elements;

    /// <inheritdoc/>
    public override Value Reshaped(int[] newShape) => new IntegerValue(newShape, elements);

    /// <inheritdoc/>
    public override void Release()
    {
    }
}
