using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;

namespace Hspi.Backends.Emulated;

/// <summary>Rounds to a format of 8 bits or fewer, to nearest even, as quantisers do: what is too large becomes the largest number.</summary>
/// <remarks>Works on whole rows, and gives what <see cref="NumberFormat.Quantize"/> gives with saturation for each element.</remarks>
internal sealed class SaturatingRounding
{
    private const int Fp32FractionBits = 23;

    private readonly float _largest;
    private readonly float _smallestNormal;
    private readonly float _subnormalRounder;
    private readonly int _dropped;

    /// <param name="format">FP8, FP6, FP4, or the scales of NVFP4.</param>
    public SaturatingRounding(NumberFormat format)
    {
        _largest = format.Largest;
        _smallestNormal = MathF.ScaleB(1, format.SmallestExponent);
        _dropped = Fp32FractionBits - format.FractionBits;
        // In fp32 its unit is that of the subnormals: adding it lets the addition round.
        _subnormalRounder = MathF.ScaleB(1, format.SmallestExponent + _dropped);
    }

    /// <summary>q = round(value / scale) of each element.</summary>
    public void Quantise(ReadOnlySpan<float> values, float scale, Span<float> rounded)
    {
        var i = 0;
        for (; i + Vector256<float>.Count <= values.Length; i += Vector256<float>.Count)
        {
            Round(Vector256.Create(values[i..]) / scale).CopyTo(rounded[i..]);
        }

        for (; i < values.Length; i++)
        {
            rounded[i] = Round(values[i] / scale);
        }
    }

    /// <summary>The number of the format nearest to <paramref name="value"/>; NaN stays NaN.</summary>
    public float Round(float value) => Round(Vector256.Create(value)).ToScalar();

    private Vector256<float> Round(Vector256<float> value)
    {
        var magnitude = Vector256.MinNative(Vector256.Abs(value), Vector256.Create(_largest));
        var rounder = Vector256.Create(_subnormalRounder);
        var subnormal = magnitude + rounder - rounder;
        var bits = magnitude.AsUInt32();
        // Half a unit less one, plus the last kept bit.
        var lastKept = (bits >> _dropped) & Vector256<uint>.One;
        bits = (bits + Vector256.Create((1u << (_dropped - 1)) - 1) + lastKept) & Vector256.Create(uint.MaxValue << _dropped);
        var result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(_smallestNormal)), subnormal, bits.AsSingle())
            | (value & Vector256.Create(-0f));
        return Vector256.ConditionalSelect(Vector256.Equals(value, value), result, value);
    }
}
