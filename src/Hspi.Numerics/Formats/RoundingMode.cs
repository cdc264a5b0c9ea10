namespace Hspi.Numerics.Formats;

/// <summary>What happens to the bits that do not fit.</summary>
public enum RoundingMode
{
    /// <summary>To the nearest, ties to the even last bit (RNE).</summary>
    NearestEven,

    /// <summary>Dropped: toward zero (RZ). Magnitudes of 2^(largest exponent + 1) and above still become infinite, as on NVIDIA's units.</summary>
    TowardZero,
}
