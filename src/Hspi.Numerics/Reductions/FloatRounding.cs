using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Reductions;

/// <summary>Rounds many floats to a format, to nearest even.</summary>
internal static class FloatRounding
{
    /// <summary>Applies <see cref="NumberFormat.Quantize"/> to each value; FP32 and FP64 keep every float.</summary>
    public static void Apply(NumberFormat format, Span<float> values)
    {
        if (format == KnownFormats.Fp32 || format == KnownFormats.Fp64)
        {
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = format == KnownFormats.Bf16 ? ToBf16(values[i])
                : format == KnownFormats.Fp16 ? (float)(Half)values[i]
                : format.Quantize(values[i]);
        }
    }

    // Adding half of the last kept bit, less one where that bit is even, carries exactly where RNE goes up.
    private static float ToBf16(float value)
    {
        if (float.IsNaN(value))
        {
            return value;
        }

        var bits = BitConverter.SingleToUInt32Bits(value);
        bits += 0x7FFF + ((bits >> 16) & 1);
        return BitConverter.UInt32BitsToSingle(bits & 0xFFFF0000);
    }
}
