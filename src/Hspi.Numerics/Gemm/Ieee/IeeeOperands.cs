using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Gemm.Ieee;

/// <summary>Reads operands for <see cref="IeeeKernel{TLanes, TFloat, TSteps}"/>: checks that they are numbers of the format, and makes zeros of subnormal
/// ones where the unit does.</summary>
internal ref struct IeeeOperands(IeeeShape shape)
{
    private readonly Vector256<int> _cut = Vector256.Create((1 << (KnownFormats.Fp32.FractionBits - shape.Format.FractionBits)) - 1);
    private readonly Vector256<float> _largest = Vector256.Create(shape.Format.Largest);
    private readonly Vector256<float> _smallest = Vector256.Create(MathF.ScaleB(1, shape.Format.SmallestExponent));
    private readonly Vector256<float> _toWhole = Vector256.Create(MathF.ScaleB(1, shape.Format.FractionBits - shape.Format.SmallestExponent));
    private readonly bool _unchecked = shape.Format == KnownFormats.Fp32;
    private readonly bool _wide = shape.Format.SmallestExponent == KnownFormats.Fp32.SmallestExponent;
    private readonly bool _flushes = shape.IsFlushed;
    private Vector256<int> _low = Vector256.Create(MagnitudeRange.Empty.Lowest);
    private Vector256<int> _high = Vector256.Create(MagnitudeRange.Empty.Highest);

    /// <summary>The magnitudes of all that was read since the last call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MagnitudeRange TakeRange()
    {
        MagnitudeRange range = MagnitudeRange.Of(_low, _high);
        _low = Vector256.Create(MagnitudeRange.Empty.Lowest);
        _high = Vector256.Create(MagnitudeRange.Empty.Highest);
        return range;
    }

    /// <summary>Eight operands as the unit reads them.</summary>
    /// <exception cref="ArgumentException">One is no number of the format.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Read(Vector256<float> value)
    {
        if (_unchecked)
        {
            return value;
        }
        Vector256<float> magnitude = Vector256.Abs(value);
        Vector256<int> clean = Vector256.Equals(value.AsInt32() & _cut, Vector256<int>.Zero);
        Vector256<int> finite = Vector256.LessThanOrEqual(magnitude, _largest).AsInt32();
        Vector256<int> small = Vector256.LessThan(magnitude, _smallest).AsInt32();
        // A subnormal of the format is a multiple of its smallest one.
        Vector256<float> units = value * _toWhole;
        Vector256<int> whole = _wide ? clean : Vector256.Equals(units, Vector256.Truncate(units)).AsInt32();
        if ((finite & Vector256.ConditionalSelect(small, whole, clean)) != Vector256<int>.AllBitsSet)
        {
            CheckEach(value);
        }
        if (_flushes)
        {
            // A zero loses its sign, as a subnormal does.
            value = Vector256.AndNot(value.AsInt32(), small).AsSingle();
            magnitude = Vector256.Abs(value);
        }
        Vector256<int> zero = Vector256.Equals(value, Vector256<float>.Zero).AsInt32();
        _low = Vector256.Min(_low, Vector256.ConditionalSelect(zero, Vector256.Create(int.MaxValue), magnitude.AsInt32()));
        _high = Vector256.Max(_high, magnitude.AsInt32());
        return value;
    }

    // Infinities and NaN are left, or what is no number of the format.
    private readonly void CheckEach(Vector256<float> value)
    {
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
        {
            _ = shape.Format.FromSingle(value[lane]);
        }
    }
}
