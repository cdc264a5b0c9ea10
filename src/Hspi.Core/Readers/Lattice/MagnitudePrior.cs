namespace Hspi.Readers.Lattice;

/// <summary>Before any answer: how large the highest logit of a position is. Softmax hides it, and with it the exponent of the lattice.</summary>
/// <remarks>
/// The spacing of bf16 logits near 1 is that of fp16 logits near 8. Where a row shows no change of spacing, only this prior tells
/// the two apart: highest logits of language models lie between 4 and 64, seldom below 2, very seldom above 128.
/// </remarks>
internal static class MagnitudePrior
{
    private const int LowestExponent = -4;

    // From 2^-4 upward, one per binade; below and above: the ends, falling by 4 per binade.
    private static readonly double[] Shares = [0.0002, 0.0004, 0.0008, 0.0015, 0.004, 0.03, 0.12, 0.32, 0.38, 0.12, 0.02, 0.002];

    private const double NegativeShare = 0.2;

    /// <summary>Prior probability that the highest logit lies in ±[2^<paramref name="exponent"/>, 2^(<paramref name="exponent"/>+1)).</summary>
    public static double Of(int exponent, bool negative)
    {
        var index = exponent - LowestExponent;
        var share = index < 0 ? Shares[0] * Math.ScaleB(1, 2 * index)
            : index >= Shares.Length ? Shares[^1] * Math.ScaleB(1, -2 * (index - Shares.Length + 1))
            : Shares[index];
        return share * (negative ? NegativeShare : 1 - NegativeShare);
    }
}
