namespace Hspi.Numerics.Trees;

/// <summary>A sum or dot product in FP32 that is only known as a function.</summary>
/// <param name="name">What it is.</param>
/// <param name="dot">Adds the products of two vectors of equal length.</param>
public sealed class SingleSummation(string name, Func<float[], float[], float> dot) : ISummation
{
    // 2^64 swallows every count below 2^40 in FP32, and its square of the factor is far from overflow.
    private const float MaskFactor = 4294967296f;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public double Sum(ReadOnlySpan<MaskTerm> terms)
    {
        var a = new float[terms.Length];
        var b = new float[terms.Length];
        for (var k = 0; k < terms.Length; k++)
        {
            a[k] = terms[k] == MaskTerm.One ? 1 : MaskFactor;
            b[k] = terms[k] switch { MaskTerm.One => 1, MaskTerm.Mask => MaskFactor, _ => -MaskFactor };
        }

        return dot(a, b);
    }
}
