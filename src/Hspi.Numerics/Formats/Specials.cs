namespace Hspi.Numerics.Formats;

/// <summary>Which bit patterns of a format are not finite numbers.</summary>
public enum Specials
{
    /// <summary>None: every pattern is a finite number (FP6, FP4).</summary>
    None,

    /// <summary>The highest exponent means infinity (fraction 0) or NaN, as in IEEE 754.</summary>
    Ieee,

    /// <summary>Only the pattern with every exponent and fraction bit set is NaN; there is no infinity (OCP E4M3, UE8M0, UE4M3).</summary>
    AllOnesIsNan,

    /// <summary>Only the pattern of minus zero is NaN; there is no infinity and no minus zero (AMD's FNUZ formats).</summary>
    NegativeZeroIsNan,
}
