namespace Hspi.Numerics.Reductions;

/// <summary>Some terms of a sum, at equal distances: indices First, First + Step, ….</summary>
/// <param name="First">Index of the first term.</param>
/// <param name="Count">How many, at least 0.</param>
/// <param name="Step">Distance, at least 1.</param>
/// <param name="Padding">Zero terms that follow: what fills a matrix instruction up.</param>
public readonly record struct TermRange(int First, int Count, int Step = 1, int Padding = 0)
{
    /// <summary>Terms <paramref name="first"/>, <paramref name="first"/> + <paramref name="step"/>, … of this range.</summary>
    public TermRange Slice(int first, int count, int step = 1) => new(First + (first * Step), count, Step * step);

    /// <summary>The index of the i-th term.</summary>
    public int this[int i] => First + (i * Step);
}
