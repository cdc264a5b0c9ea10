namespace Hspi.Backends.Emulated;

/// <summary>Rounds to OCP E4M3, to nearest even, as quantisers do: what is too large becomes ±448.</summary>
internal static class Fp8Rounding
{
    /// <summary>The largest E4M3 number.</summary>
    public const float Largest = 448;

    private const float SmallestNormal = 1f / 64;

    // The unit of E4M3's subnormals is 2^-9; adding 2^14, whose unit that is in fp32, lets the addition round.
    private const float SubnormalRounder = 1 << 14;

    /// <summary>q = round(value / scale) of each element.</summary>
    public static void Quantise(ReadOnlySpan<float> values, float scale, Span<float> rounded)
    {
        for (var i = 0; i < values.Length; i++)
        {
            rounded[i] = Round(values[i] / scale);
        }
    }

    /// <summary>The E4M3 number nearest to <paramref name="value"/>; NaN stays NaN.</summary>
    public static float Round(float value)
    {
        var magnitude = MathF.Min(MathF.Abs(value), Largest);
        if (magnitude < SmallestNormal)
        {
            return MathF.CopySign(magnitude + SubnormalRounder - SubnormalRounder, value);
        }

        // Half a unit less one, plus the last kept bit: 20 of fp32's 23 fraction bits fall away.
        var bits = BitConverter.SingleToUInt32Bits(magnitude);
        bits = (bits + 0x7FFFF + ((bits >> 20) & 1)) & 0xFFF00000;
        return float.IsNaN(value) ? value : MathF.CopySign(BitConverter.UInt32BitsToSingle(bits), value);
    }
}
