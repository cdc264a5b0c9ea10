namespace Hspi.Numerics.Formats;

/// <summary>Finite, infinite, or not a number.</summary>
public enum NumberKind
{
    /// <summary>A value ± Significand · 2^(Exponent − FractionBits), zeros included.</summary>
    Finite,

    /// <summary>An infinity of either sign.</summary>
    Infinity,

    /// <summary>Not a number; sign and payload are not kept, because no unit looks at them.</summary>
    NaN,
}

/// <summary>One decoded operand, held exactly: ± <c>Significand · 2^(Exponent − FractionBits)</c>.</summary>
/// <remarks>
/// Subnormals keep the exponent of the smallest normal number and are <b>not</b> normalised, because the hardware aligns
/// terms by the stored exponent: 2^-24 in FP16 is 1 · 2^(−14 − 10), not 1.0 · 2^-24. Source: MMA-Sim, Leeds models.
/// </remarks>
/// <param name="Kind">The other fields matter only for <see cref="NumberKind.Finite"/>, and the sign for infinities.</param>
/// <param name="Negative">Sign bit; minus zero has it too.</param>
/// <param name="Significand">Magnitude as an integer with the implicit bit, below 2^53.</param>
/// <param name="Exponent">max(exponent field, 1) − bias: what the hardware compares when it aligns.</param>
/// <param name="FractionBits">How many low bits of <paramref name="Significand"/> are fraction.</param>
public readonly record struct Number(NumberKind Kind, bool Negative, ulong Significand, int Exponent, int FractionBits)
{
    /// <summary>Not a number.</summary>
    public static Number NaN { get; } = new(NumberKind.NaN, false, 0, 0, 0);

    /// <summary>Whether the value is +0 or −0.</summary>
    public bool IsZero => Kind == NumberKind.Finite && Significand == 0;

    /// <summary>An infinity.</summary>
    public static Number Infinity(bool negative) => new(NumberKind.Infinity, negative, 0, 0, 0);

    /// <summary>A zero; its exponent is 0, so it must not be aligned by it.</summary>
    public static Number Zero(bool negative) => new(NumberKind.Finite, negative, 0, 0, 0);

    /// <summary>This value as a double: exact for every format up to FP64.</summary>
    public double ToDouble()
    {
        var magnitude = Kind switch
        {
            NumberKind.NaN => double.NaN,
            NumberKind.Infinity => double.PositiveInfinity,
            _ => Math.ScaleB(Significand, Exponent - FractionBits),
        };
        return Negative ? -magnitude : magnitude;
    }
}
