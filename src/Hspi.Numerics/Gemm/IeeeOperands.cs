using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Gemm;

/// <summary>Reads operands for <see cref="IeeeKernel{TLanes, TFloat, TSteps}"/>: checks that they are numbers of the format, and makes zeros of subnormal
/// ones where the unit does.</summary>
internal ref struct IeeeOperands(IeeeShape shape)
{
    private readonly Vector256<int> _cut = Vector256.Create((1 << (KnownFormats.Fp32.FractionBits - shape.Format.FractionBits)) - 1);
    private readonly Vector256<float> _largest = Vector256.Create(shape.Format.Largest);
    private readonly Vector256<float> _smallest = Vector256.Create(MathF.ScaleB(1, shape.Format.SmallestExponent));
    private readonly bool _flushes = shape.IsFlushed;
    private Vector256<int> _low = Vector256.Create(int.MaxValue);
    private Vector256<int> _high = Vector256<int>.Zero;

    /// <summary>The magnitudes of all that was read.</summary>
    public readonly MagnitudeRange Range
    {
        get
        {
            MagnitudeRange range = MagnitudeRange.Empty;
            for (int lane = 0; lane < Vector256<int>.Count; lane++)
            {
                range = range.With(new(_low[lane], _high[lane]));
            }
            return range;
        }
    }

    /// <summary>Eight operands as the unit reads them.</summary>
    /// <exception cref="ArgumentException">One is no number of the format.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Read(Vector256<float> value)
    {
        if (!_flushes)
        {
            return value;
        }
        Vector256<float> magnitude = Vector256.Abs(value);
        Vector256<int> ordinary = Vector256.Equals(value.AsInt32() & _cut, Vector256<int>.Zero)
            & Vector256.LessThanOrEqual(magnitude, _largest).AsInt32() & Vector256.GreaterThanOrEqual(magnitude, _smallest).AsInt32();
        Vector256<int> zero = Vector256.Equals(value, Vector256<float>.Zero).AsInt32();
        if ((ordinary | zero) != Vector256<int>.AllBitsSet)
        {
            value = ReadEach(value);
            magnitude = Vector256.Abs(value);
            zero = Vector256.Equals(value, Vector256<float>.Zero).AsInt32();
        }
        // A zero loses its sign, as a subnormal does.
        value = Vector256.AndNot(value.AsInt32(), zero).AsSingle();
        _low = Vector256.Min(_low, Vector256.ConditionalSelect(zero, Vector256.Create(int.MaxValue), magnitude.AsInt32()));
        _high = Vector256.Max(_high, magnitude.AsInt32());
        return value;
    }

    private readonly Vector256<float> ReadEach(Vector256<float> value)
    {
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
        {
            Number number = shape.Format.FromSingle(value[lane]);
            bool subnormal = number.Kind == NumberKind.Finite && number.Significand < 1UL << number.FractionBits;
            value = subnormal ? value.WithElement(lane, 0f) : value;
        }
        return value;
    }
}
