using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Probing;

/// <summary>What a probe's answer shows directly, without comparing it to any known unit.</summary>
public enum ProbeMeasure
{
    /// <summary>Nothing by itself.</summary>
    None,

    /// <summary>A result that is not zero: so many bits below the largest exponent are kept.</summary>
    KeptBits,

    /// <summary>The number of small terms that a cancelled pair leaves, in units of the probe's small term: the block length.</summary>
    BlockTerms,

    /// <summary>Whether half a unit and more rounds up (nearest) or not (toward zero).</summary>
    Rounding,
}

/// <summary>One dot product that tells units apart.</summary>
/// <param name="Id">Stable name; never reused for a changed question.</param>
/// <param name="Version">From 1.</param>
/// <param name="Why">Which units it separates, and how.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="A">Left format.</param>
/// <param name="B">Right format.</param>
/// <param name="D">Format of addend and result.</param>
/// <param name="Scaling">Block scales.</param>
/// <param name="LeftWords">Left operands as words.</param>
/// <param name="RightWords">Right operands as words.</param>
/// <param name="LeftScales">Left block scales as words, or empty.</param>
/// <param name="RightScales">Right block scales as words, or empty.</param>
/// <param name="C">The addend as a word.</param>
/// <param name="Measure">What the answer shows directly.</param>
/// <param name="Bits">Its parameter: the kept bit that is tested, or the small term's exponent.</param>
/// <param name="Disputed">What is disputed about the published answers, or null.</param>
public sealed record NumericProbe(
    string Id,
    int Version,
    string Why,
    string Source,
    NumberFormat A,
    NumberFormat B,
    NumberFormat D,
    BlockScaling Scaling,
    ulong[] LeftWords,
    ulong[] RightWords,
    ulong[] LeftScales,
    ulong[] RightScales,
    ulong C,
    ProbeMeasure Measure,
    int Bits,
    string? Disputed)
{
    /// <summary>Whether a row of the table multiplies such operands.</summary>
    public bool Fits(KnownUnit row) =>
        row.Unit.A == A && row.Unit.B == B && row.Unit.D == D && KnownUnits.ScalingOf(row.Unit) == Scaling;

    /// <summary>What a unit answers.</summary>
    public ulong Ask(MatrixUnit unit) => DotProduct.Of(unit, LeftWords, RightWords, LeftScales, RightScales, C);
}
