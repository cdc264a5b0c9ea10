namespace Hspi.Numerics.Gemm;

/// <summary>What the fast kernel must know of a unit whose block is: align all terms to the largest exponent, cut each toward
/// zero, add exactly, round once (T-FDPA).</summary>
/// <param name="Terms">Products per block, 4 to 32: a power of two.</param>
/// <param name="FractionBits">Bits kept below the largest exponent, 13 to 25.</param>
/// <param name="Output">How a block's sum becomes the next block's addend.</param>
/// <param name="Input">The range of the operands.</param>
/// <param name="ZeroExponent">The exponent that a zero addend takes part with.</param>
internal readonly record struct TruncatedShape(int Terms, int FractionBits, BlockRounding Output, OperandRange Input, int ZeroExponent)
{
    /// <summary>Sums are held times 2^-Offset, so that every shift that can occur is the exponent field of a float.</summary>
    public int Offset => Input.IsWide ? 46 - FractionBits : Math.Min(60 - FractionBits, 37);

    /// <summary>The lowest exponent that a block is aligned to; a lower one would need a shift that a float cannot hold.
    /// Where products can lie below it, the kernel sees that and the tile goes to the plain path.</summary>
    public int LowestField => Math.Max(FractionBits + 1, ZeroExponent + 127 - Offset);

    /// <summary>Addends are below 2^this.</summary>
    public const int HighestAddend = 40;

    /// <summary>Addends are zero or at least 2^this; smaller ones, which no product of normal data has, go to the plain path.</summary>
    public int LowestAddend => Output == BlockRounding.Fp32RoundedDown ? -60 : Input.IsWide ? -80 : -30;

    /// <summary>Which of the two forms of operand codes is used; see <see cref="OperandCodes"/>. CDNA3 keeps more bits of its
    /// addend, which a zero product's code may then not outweigh.</summary>
    public bool IsSaturating => Input.IsWide || Output == BlockRounding.Fp32RoundedDown;

    /// <summary>Blocks whose products all lie below this, and are not all zero, go to the plain path.</summary>
    public int TinyField => LowestField + (Output == BlockRounding.Fp32RoundedDown ? 8 : 0);

    /// <summary>Whether a block is summed as two halves of 16, because 32 of its terms do not fit 32 bits.</summary>
    public bool InHalves => Terms > 16 && FractionBits > 22;

    /// <summary>Whether 16 terms, each below four units of 2^E, and the addend, below two, could reach the 64 that 32 bits hold
    /// with 25 fraction bits. Formats with few fraction bits cannot.</summary>
    public bool CanOverflow
    {
        get
        {
            double largest = 2 - Math.ScaleB(1, -Input.FractionBits);
            return ((Math.Min(Terms, 16) * largest * largest) + 2) * Math.ScaleB(1, FractionBits) >= Math.ScaleB(1, 31);
        }
    }
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
}

/// <summary>Which values the operands of a product can have.</summary>
/// <param name="FractionBits">Stored fraction bits p.</param>
/// <param name="LowestExponent">Exponent of the smallest normal number, which subnormals share.</param>
/// <param name="HighestExponent">Exponent of the largest finite number.</param>
internal readonly record struct OperandRange(int FractionBits, int LowestExponent, int HighestExponent)
{
    /// <summary>Whether two exponents together exceed what a byte and a float's exponent field hold (BF16, TF32). Then only
    /// operands from 2^-52 to 2^13 are taken by the kernel, and rows or columns with others by the plain path.</summary>
    public bool IsWide => LowestExponent < -32;

    public int LowestTaken => IsWide ? -52 : LowestExponent;

    public int HighestTaken => IsWide ? 12 : HighestExponent;
}
