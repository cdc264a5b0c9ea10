using System.Numerics;

namespace Hspi.Numerics.Formats;

/// <summary>A binary number format as a row of data: sign, exponent field, fraction field, and what is special.</summary>
/// <param name="Name">The name in vector files and tables, such as <c>e4m3</c>.</param>
/// <param name="ExponentBits">Width of the exponent field.</param>
/// <param name="FractionBits">Stored fraction bits p.</param>
/// <param name="Bias">Value = 1.f · 2^(field − bias).</param>
/// <param name="Specials">Which patterns are not finite.</param>
/// <param name="Source">Where the row comes from.</param>
public sealed record NumberFormat(string Name, int ExponentBits, int FractionBits, int Bias, Specials Specials, string Source)
{
    /// <summary>False where a sign bit does not exist or is ignored (scale formats).</summary>
    public bool IsSigned { get; init; } = true;

    /// <summary>False only for UE8M0, whose exponent field 0 is the normal number 2^-127 and which has no zero.</summary>
    public bool HasSubnormals { get; init; } = true;

    /// <summary>Low bits of the stored word that are not looked at: 13 for TF32 in an FP32 word.</summary>
    public int IgnoredBits { get; init; }

    /// <summary>Width of the stored word in bits.</summary>
    public int StorageBits { get; init; } = 1 + ExponentBits + FractionBits;

    /// <summary>Exponent of the smallest normal number, shared by subnormals.</summary>
    public int SmallestExponent => (HasSubnormals ? 1 : 0) - Bias;

    /// <summary>Exponent of the largest finite number.</summary>
    public int LargestExponent
    {
        get
        {
            // A format without fraction loses its highest exponent to the NaN as well (UE8M0).
            var lost = Specials == Specials.Ieee || (Specials == Specials.AllOnesIsNan && FractionBits == 0) ? 1 : 0;
            return (1 << ExponentBits) - 1 - lost - Bias;
        }
    }

    /// <summary>Largest significand at <see cref="LargestExponent"/>: E4M3 ends at 1.75 · 2^8 because 1.875 · 2^8 is its NaN.</summary>
    public ulong LargestSignificand =>
        (2UL << FractionBits) - 1 - (Specials == Specials.AllOnesIsNan && FractionBits > 0 ? 1UL : 0);

    /// <summary>The all-ones NaN that NVIDIA's units return: 7fffffff, 7fff.</summary>
    /// <exception cref="InvalidOperationException">The format has no IEEE specials.</exception>
    public ulong AllOnesNan => Specials == Specials.Ieee
        ? ((1UL << (StorageBits - 1)) - 1)
        : throw new InvalidOperationException($"{Name} is not an output of a matrix unit.");

    /// <summary>Reads a stored word.</summary>
    /// <param name="bits">The word, right-aligned.</param>
    /// <exception cref="ArgumentOutOfRangeException">The word has more than <see cref="StorageBits"/> bits.</exception>
    public Number Decode(ulong bits)
    {
        if (StorageBits < 64)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bits, 1UL << StorageBits);
        }

        bits >>= IgnoredBits;
        var fraction = bits & ((1UL << FractionBits) - 1);
        var field = (int)(bits >> FractionBits) & ((1 << ExponentBits) - 1);
        var negative = IsSigned && (bits >> (FractionBits + ExponentBits)) != 0;
        var highest = (1 << ExponentBits) - 1;
        switch (Specials)
        {
            case Specials.Ieee when field == highest:
                return fraction == 0 ? Number.Infinity(negative) : Number.NaN;
            case Specials.AllOnesIsNan when field == highest && fraction == (1UL << FractionBits) - 1:
            case Specials.NegativeZeroIsNan when negative && field == 0 && fraction == 0:
                return Number.NaN;
        }

        return HasSubnormals && field == 0
            ? new(NumberKind.Finite, negative, fraction, 1 - Bias, FractionBits)
            : new(NumberKind.Finite, negative, fraction | (1UL << FractionBits), field - Bias, FractionBits);
    }

    /// <summary>Writes a number of this format, as <see cref="Decode"/> or <c>Round</c> gives it, as a stored word.</summary>
    /// <exception cref="ArgumentException">The number is not one of this format.</exception>
    public ulong Encode(Number number)
    {
        var highest = (1UL << ExponentBits) - 1;
        var sign = number.Negative && IsSigned ? 1UL << (ExponentBits + FractionBits) : 0;
        var bits = (number.Kind, Specials) switch
        {
            (NumberKind.NaN, Specials.Ieee) => (highest << FractionBits) | (1UL << (FractionBits - 1)),
            (NumberKind.NaN, Specials.AllOnesIsNan) => (highest << FractionBits) | ((1UL << FractionBits) - 1),
            (NumberKind.NaN, Specials.NegativeZeroIsNan) => 1UL << (ExponentBits + FractionBits),
            (NumberKind.Infinity, Specials.Ieee) => sign | (highest << FractionBits),
            (NumberKind.Finite, _) => EncodeFinite(number, sign),
            _ => throw new ArgumentException($"{Name} has no {number.Kind}.", nameof(number)),
        };
        return bits << IgnoredBits;
    }

    private ulong EncodeFinite(Number number, ulong sign)
    {
        if (number.Significand == 0)
        {
            return Specials == Specials.NegativeZeroIsNan ? 0 : sign;
        }

        var implicitBit = 1UL << FractionBits;
        if (number.FractionBits != FractionBits || number.Significand >= implicitBit << 1
            || number.Exponent < SmallestExponent || number.Exponent > LargestExponent)
        {
            throw new ArgumentException($"{number} is not a number of {Name}; round it first.", nameof(number));
        }

        return number.Significand < implicitBit
            ? sign | number.Significand
            : sign | ((ulong)(number.Exponent + Bias) << FractionBits) | (number.Significand - implicitBit);
    }

    /// <summary>Rounds an exact value once: <paramref name="magnitude"/> (below 2^126) · 2^<paramref name="exponent"/>, with its sign.</summary>
    /// <returns>A number of this format. Too large becomes infinite; NaN where there is no infinity; the largest number where there is
    /// neither (FP6, FP4). A negative value that vanishes becomes −0.</returns>
    public Number Round(bool negative, UInt128 magnitude, int exponent, RoundingMode mode)
    {
        if (magnitude == 0)
        {
            return new(NumberKind.Finite, negative, 0, SmallestExponent, FractionBits);
        }

        var leading = exponent + 127 - (int)UInt128.LeadingZeroCount(magnitude);
        var result = Math.Max(leading, SmallestExponent);
        var cut = result - FractionBits - exponent;
        var kept = Cut(magnitude, cut, mode);
        if (kept == (UInt128)2 << FractionBits)
        {
            kept >>= 1;
            result++;
        }

        if (result > LargestExponent || (result == LargestExponent && kept > LargestSignificand))
        {
            return Specials switch
            {
                Specials.Ieee => Number.Infinity(negative),
                Specials.None => new(NumberKind.Finite, negative, LargestSignificand, LargestExponent, FractionBits),
                _ => Number.NaN,
            };
        }

        return new(NumberKind.Finite, negative, (ulong)kept, result, FractionBits);
    }

    // Drops the low `cut` bits of a magnitude, or appends zeros where cut is negative.
    private static UInt128 Cut(UInt128 magnitude, int cut, RoundingMode mode)
    {
        if (cut <= 0)
        {
            return magnitude << -cut;
        }

        if (cut > 127)
        {
            // Less than half of the last place, whatever it was.
            return 0;
        }

        var kept = magnitude >> cut;
        var rest = magnitude - (kept << cut);
        var half = UInt128.One << (cut - 1);
        var up = mode == RoundingMode.NearestEven && (rest > half || (rest == half && !UInt128.IsEvenInteger(kept)));
        return up ? kept + 1 : kept;
    }

    /// <summary>Rounds a number of any format to this one.</summary>
    public Number Round(Number number, RoundingMode mode = RoundingMode.NearestEven) => number.Kind switch
    {
        NumberKind.Finite => Round(number.Negative, number.Significand, number.Exponent - number.FractionBits, mode),
        NumberKind.Infinity when Specials == Specials.None =>
            new(NumberKind.Finite, number.Negative, LargestSignificand, LargestExponent, FractionBits),
        NumberKind.Infinity when Specials != Specials.Ieee => Number.NaN,
        _ => number,
    };

    /// <summary>The float nearest to <paramref name="value"/> that this format can hold, ties to even.</summary>
    /// <remarks>Overflow as in <see cref="Round(bool, UInt128, int, RoundingMode)"/>; with <paramref name="saturate"/> it becomes the
    /// largest number instead, as <c>cvt.rn.satfinite</c> does for FP8 and narrower.</remarks>
    public float Quantize(float value, bool saturate = false)
    {
        if (saturate && MathF.Abs(value) > Largest)
        {
            return MathF.CopySign(Largest, value);
        }

        return (float)Round(KnownFormats.Fp32.Decode(BitConverter.SingleToUInt32Bits(value))).ToDouble();
    }

    /// <summary>The largest float up to <paramref name="value"/>, which is positive, that this format can hold.</summary>
    public float QuantizeDown(float value) =>
        (float)Round(KnownFormats.Fp32.Decode(BitConverter.SingleToUInt32Bits(MathF.Min(value, Largest))), RoundingMode.TowardZero).ToDouble();

    /// <summary>Takes a float that holds a value of this format apart, as the format's own bits would be.</summary>
    /// <remarks>TF32 drops the low bits, as the hardware does; everything else must fit exactly.</remarks>
    /// <exception cref="ArgumentException">The value is not one of this format.</exception>
    public Number FromSingle(float value)
    {
        var exact = KnownFormats.Fp32.Decode(BitConverter.SingleToUInt32Bits(value));
        if (exact.Kind != NumberKind.Finite)
        {
            return exact.Kind == NumberKind.NaN || Specials == Specials.Ieee ? exact : throw NotOfThisFormat(value);
        }

        if (exact.Significand == 0)
        {
            return new(NumberKind.Finite, exact.Negative && Specials != Specials.NegativeZeroIsNan, 0, SmallestExponent, FractionBits);
        }

        var leading = exact.Exponent - exact.FractionBits + BitOperations.Log2(exact.Significand);
        var exponent = Math.Max(leading, SmallestExponent);
        var shift = exponent - FractionBits - (exact.Exponent - exact.FractionBits);
        var significand = shift >= 64 ? 0 : shift >= 0 ? exact.Significand >> shift : exact.Significand << -shift;
        var fits = IgnoredBits > 0 || (shift < 64 && (shift <= 0 || significand << shift == exact.Significand));
        return fits && exponent <= LargestExponent && (exponent < LargestExponent || significand <= LargestSignificand)
            ? new(NumberKind.Finite, exact.Negative, significand, exponent, FractionBits)
            : throw NotOfThisFormat(value);
    }

    /// <summary>The largest finite number.</summary>
    public float Largest => (float)Math.ScaleB(LargestSignificand, LargestExponent - FractionBits);

    private ArgumentException NotOfThisFormat(float value) =>
        new($"{value:R} is not a number of {Name}; round operands to the unit's input format first.");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
