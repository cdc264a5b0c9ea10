namespace Hspi.Numerics.Trees;

/// <summary>A dot product in floats that is only known as a function: a library's, or a loop's.</summary>
/// <param name="name">What it is.</param>
/// <param name="dot">Adds the products of two vectors of equal length.</param>
/// <param name="maskExponent">2^this is both factors of the mask; with the default, 2^64 swallows every count below 2^40 in FP32.</param>
/// <param name="oneExponent">2^this is both factors of a small term. FP16 operands and results need 7 and −7.</param>
public sealed class SingleSummation(string name, Func<float[], float[], float> dot, int maskExponent = 32, int oneExponent = 0) : ISummation
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public double Sum(ReadOnlySpan<MaskTerm> terms)
    {
        var mask = MathF.ScaleB(1, maskExponent);
        var one = MathF.ScaleB(1, oneExponent);
        var a = new float[terms.Length];
        var b = new float[terms.Length];
        for (var k = 0; k < terms.Length; k++)
        {
            a[k] = terms[k] == MaskTerm.One ? one : mask;
            b[k] = terms[k] switch { MaskTerm.One => one, MaskTerm.Mask => mask, _ => -mask };
        }

        return dot(a, b) / ((double)one * one);
    }
}
