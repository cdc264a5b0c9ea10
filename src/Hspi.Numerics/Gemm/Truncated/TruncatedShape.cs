using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>What the fast kernel must know of a unit that sums a block in four steps (T-FDPA): it aligns all terms to the largest exponent, cuts off
/// what lies below the last bit kept, adds the rest exactly, and rounds the sum once.</summary>
/// <param name="Terms">Products per block, 4 to 32: a power of two.</param>
/// <param name="FractionBits">Bits kept below the largest exponent, 13 to 25.</param>
/// <param name="Output">How a block's sum becomes the next block's addend.</param>
/// <param name="Left">The range of the left operands.</param>
/// <param name="Right">The range of the right operands.</param>
/// <param name="ZeroExponent">The exponent that a zero addend takes part with.</param>
internal readonly record struct TruncatedShape(int Terms, int FractionBits, BlockRounding Output, OperandRange Left, OperandRange Right, int ZeroExponent)
{
    /// <summary>The order in which the terms of a chain are packed.</summary>
    public TermOrder Order { get; init; }

    /// <summary>Whether operands are multiplied with their block's power of two as they are packed (ST-FDPA): exponents beyond the format's.</summary>
    public bool IsScaled { get; init; }

    /// <summary>Whether a chain starts anew every two blocks, and its result is added to the accumulator (<see cref="JoinedInstructions"/>).</summary>
    public bool IsJoined => Order == TermOrder.MmaSync;

    /// <summary>The shape of a unit, or null if the kernel does not know its family.</summary>
    public static TruncatedShape? Of(MatrixUnit unit) => unit switch
    {
        MatrixUnit.TruncatedFused { Terms: 4 or 8 or 16 or 32, FractionBits: 13 or 23 or 24 or 25 } fused
            when Rounding(fused) is { } rounding && Fits(unit, rounding) =>
            new(fused.Terms, fused.FractionBits, rounding, Range(unit.A), Range(unit.B), fused.ZeroExponent),
        MatrixUnit.RoundedDown { Interleaved: false, Terms: 4 or 8 } rounded =>
            new(rounded.Terms, 24, BlockRounding.Fp32RoundedDown, Range(unit.A), Range(unit.B), int.MinValue / 2),
        MatrixUnit.RoundedDown { Interleaved: true, Terms: 16 } =>
            new(16, 24, BlockRounding.Fp32RoundedDownApart, Range(unit.A), Range(unit.B), int.MinValue / 2) { Order = TermOrder.EvenThenOdd },
        MatrixUnit.EmulatedMmaSync { Apart: false, Inner.Terms: 16 } emulated when Of(emulated.Inner) is { } inner =>
            new(16, inner.FractionBits, inner.Output, Range(unit.A, emulated.Inner.A), Range(unit.B, emulated.Inner.B), inner.ZeroExponent)
            {
                Order = TermOrder.MmaSync,
            },
        // Where no scales are given, every one is 1.
        MatrixUnit.ScaledTruncatedFused scaled => Of(scaled.Inner),
        _ => null,
    };

    /// <summary>The shape of a unit whose operands have block scales or not. Null also where it takes no scales, or not as powers of two.</summary>
    public static TruncatedShape? Of(MatrixUnit unit, bool isScaled) => !isScaled ? Of(unit)
        : unit is MatrixUnit.ScaledTruncatedFused && Of(unit) is { IsWide: false, CanOverflow: false } shape ? shape with { IsScaled = true }
        : null;

    private static BlockRounding? Rounding(MatrixUnit.TruncatedFused unit) => (unit.Output.FractionBits, unit.Rounding) switch
    {
        (23, RoundingMode.TowardZero) => BlockRounding.Fp32TowardZero,
        (13, RoundingMode.TowardZero) when unit.FractionBits == 13 => BlockRounding.E8M13TowardZero,
        (10, RoundingMode.NearestEven) => BlockRounding.Fp16ToNearest,
        _ => null,
    };

    // Products must be exact in FP32, their exponents in a byte; wide operands have a kernel only where FP32 is the output.
    private static bool Fits(MatrixUnit unit, BlockRounding rounding) =>
        unit.A.FractionBits <= 10 && unit.B.FractionBits <= 10
        && (rounding == BlockRounding.Fp32TowardZero || !(Range(unit.A).IsWide || Range(unit.B).IsWide))
        && unit.A.LargestExponent is <= 16 or 127 && unit.B.LargestExponent is <= 16 or 127
        && Range(unit.A).IsWide == Range(unit.B).IsWide;

    private static OperandRange Range(NumberFormat format, NumberFormat? computedIn = null) =>
        new(format.FractionBits, format.SmallestExponent, format.Largest, format.IgnoredBits > 0)
        {
            LowestAligned = (computedIn ?? format).SmallestExponent,
        };

    /// <summary>Whether the exponents of an operand exceed what a byte and a float's exponent field hold (BF16, TF32).</summary>
    public bool IsWide => IsScaled || Left.IsWide || Right.IsWide;

    /// <summary>Sums are held times 2^-Offset, so that every shift that can occur is the exponent field of a float.</summary>
    public int Offset => IsWide ? 46 - FractionBits : Math.Min(60 - FractionBits, 37);

    /// <summary>The lowest exponent that a block is aligned to; a lower one would need a shift that a float cannot hold.
    /// Where products can lie below it, the kernel sees that and the tile is made by the plain definition.</summary>
    public int LowestField => Math.Max(FractionBits + 1, ZeroExponent + 127 - Offset);

    /// <summary>Addends are below 2^this.</summary>
    public const int HighestAddend = 40;

    /// <summary>Addends are zero or at least 2^this; smaller ones, which no product of normal data has, are made by the plain definition.</summary>
    public int LowestAddend => RoundsDown ? -60 : IsWide ? -80 : -30;

    /// <summary>Which of the two forms of operand codes is used; see <see cref="OperandCodes"/>. CDNA3 keeps more bits of its
    /// addend, which a zero product's code may then not outweigh.</summary>
    public bool IsRaised => IsWide || RoundsDown;

    /// <summary>What makes the code of a left operand that is not zero from its exponent field.</summary>
    public int LeftCode => IsRaised ? Right.Span(IsScaled) + Gap - (Left.Lowest(IsScaled) + 127) : PlainLeft - 127;

    /// <summary>What makes the code of a right operand that is not zero from its exponent field.</summary>
    public int RightCode => IsRaised ? Left.Span(IsScaled) + Gap - (Right.Lowest(IsScaled) + 127) : -PlainLeft - Offset;

    /// <summary>How far the sum of two codes lies above the product's exponent field: 0 in the plain form.</summary>
    public int Raise => LeftCode + RightCode + 127 + Offset;

    /// <summary>In the raised form, no zero product's code is above this, and that of every other is.</summary>
    public int HighestZeroCode => Left.Span(IsScaled) + Right.Span(IsScaled) + Gap;

    // Between the highest code of a zero's product and the lowest of any other; large enough that the first is not above the lowest field's either.
    private int Gap => Math.Max(1, Left.Lowest(IsScaled) + Right.Lowest(IsScaled) + 127 - Offset - LowestField);

    private int PlainLeft => (127 - Offset) / 2;

    /// <summary>Blocks whose products all lie below this, and are not all zero, are made by the plain definition.</summary>
    public int TinyField => LowestField + (RoundsDown ? 8 : 0);

    /// <summary>Whether addends are expected to leave CDNA3's products whole, as they do while a chain is young; no bit depends on it.</summary>
    public bool ExpectsNear { get; init; }

    /// <summary>Whether a block ends as CDNA3's do.</summary>
    public bool RoundsDown => Output is BlockRounding.Fp32RoundedDown or BlockRounding.Fp32RoundedDownApart;

    /// <summary>Whether a block is summed as two halves of 16, because 32 of its terms do not fit 32 bits.</summary>
    public bool InHalves => Terms > 16 && FractionBits > 22;

    /// <summary>Whether 16 terms, each below four units of 2^E, and the addend, below two, could reach the 64 that 32 bits hold
    /// with 25 fraction bits. Formats with few fraction bits cannot.</summary>
    public bool CanOverflow { get; } = (Math.Min(Terms, 16) * LargestProduct(Left, Right)) + 2 >= Math.ScaleB(1, 31 - FractionBits);

    private static double LargestProduct(OperandRange left, OperandRange right) =>
        (2 - Math.ScaleB(1, -left.FractionBits)) * (2 - Math.ScaleB(1, -right.FractionBits));
}

/// <summary>How a block's exact sum is rounded.</summary>
internal enum BlockRounding
{
    /// <summary>24 significant bits, toward zero.</summary>
    Fp32TowardZero,

    /// <summary>14 significant bits, toward zero (FP8 on Ada and Hopper).</summary>
    E8M13TowardZero,

    /// <summary>11 significant bits, to nearest even, never finer than 2^-24.</summary>
    Fp16ToNearest,

    /// <summary>TR-FDPA of CDNA3: the addend is not aligned with the products; both are floored, and their sum rounded to nearest.</summary>
    Fp32RoundedDown,

    /// <summary>GTR-FDPA of CDNA3: even and odd terms are cut apart, and an addend far below them is dropped.</summary>
    Fp32RoundedDownApart,
}

/// <summary>Which values the operands of a product can have.</summary>
/// <param name="FractionBits">Stored fraction bits p.</param>
/// <param name="LowestExponent">Exponent of the smallest normal number, which subnormals share.</param>
/// <param name="Largest">The largest finite number.</param>
/// <param name="DropsLowBits">Whether bits below the fraction are dropped (TF32); in other formats there must be none.</param>
internal readonly record struct OperandRange(int FractionBits, int LowestExponent, float Largest, bool DropsLowBits)
{
    // 64 binades a side are what fits in codes of a byte; normal data of networks lies inside.
    private const int LowestWide = -51;
    private const float HighestWide = 8191;

    /// <summary>The exponent that the smallest operands are aligned with: their own format's, or that of the one they are computed in.</summary>
    public int LowestAligned { get; init; } = LowestExponent;

    /// <summary>Whether only a part of the format's range is taken by the kernel. Rows or columns with other values
    /// are made by the plain definition.</summary>
    public bool IsWide => LowestExponent < -32;

    public int LowestTaken => IsWide ? LowestWide : LowestExponent;

    public float LargestTaken => IsWide ? HighestWide : Largest;

    /// <summary>The lowest exponent that an operand is aligned with, with block scales or without.</summary>
    public int Lowest(bool scaled) => scaled ? LowestScaled : IsWide ? LowestTaken : LowestAligned;

    /// <summary>From there to the highest.</summary>
    public int Span(bool scaled) => (scaled ? HighestScaled : (BitConverter.SingleToInt32Bits(LargestTaken) >> 23) - 127) - Lowest(scaled);

    /// <summary>The exponents that operands may have with their block's scale. A subnormal of four significant bits lies up to three
    /// below, and a product of two must not be subnormal in FP32.</summary>
    public const int LowestScaled = -48, HighestScaled = 12;
}
