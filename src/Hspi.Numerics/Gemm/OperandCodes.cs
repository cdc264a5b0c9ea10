using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>Exponents as one byte each, chosen so that one byte operation on a left and a right code gives the exponent field
/// that the product's exponent has in the kernel's scale.</summary>
/// <remarks>
/// <code>
/// plain        left + right                left = e + h, right = e + h', zero = 0: no sum of two can wrap, and a zero
///                                              product's code lies below that of every product that is not zero
/// saturating   left - right, saturating    left = e + 127, right = Offset - e, zero = 0 and 255: a zero product gives 0
/// </code>
/// The plain addition is worth its own case: Zen runs it on four pipes, the saturating one on two.
/// </remarks>
internal readonly struct OperandCodes
{
    /// <summary>A block of 16 can reach 2^31 only if the significands of both sides sum to more than this: 62 of 64 units of
    /// 2^E, the rest being the addend's, and no significand reaches 2.</summary>
    public const float HeavyWeight = 31;

    private readonly bool _wide;
    private readonly bool _saturating;
    private readonly int _offset;
    private readonly int _lowestField;
    private readonly int _leftBias;
    private readonly int _fractionMask;
    private readonly float _toInteger;
    private readonly int _lowestTaken;
    private readonly float _largestTaken;
    private readonly int _keptBits;

    /// <param name="shape">The unit.</param>
    /// <param name="input">Its left or its right operands.</param>
    public OperandCodes(in TruncatedShape shape, OperandRange input)
    {
        _wide = input.IsWide;
        _saturating = shape.IsSaturating;
        _offset = shape.Offset;
        _lowestField = input.LowestAligned + 127;
        _leftBias = (127 - _offset) / 2;
        _fractionMask = (1 << (23 - input.FractionBits)) - 1;
        _lowestTaken = input.LowestTaken + 127;
        _largestTaken = input.LargestTaken;
        _keptBits = input.DropsLowBits ? ~_fractionMask : -1;
        _toInteger = _wide ? 0 : MathF.ScaleB(1, input.FractionBits - input.LowestExponent);
    }

    /// <summary>The operand as the unit reads it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Read(Vector256<float> value) => (value.AsInt32() & Vector256.Create(_keptBits)).AsSingle();

    /// <summary>All ones where the kernel must not see the value: not a number of the format, not finite, or outside the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Refused(Vector256<float> value)
    {
        Vector256<int> field = Field(value);
        Vector256<int> zero = Vector256.Equals(value, Vector256<float>.Zero).AsInt32();
        Vector256<int> high = ~Vector256.LessThanOrEqual(Vector256.Abs(value), Vector256.Create(_largestTaken)).AsInt32();
        Vector256<int> low = Vector256.LessThan(field, Vector256.Create(_lowestTaken));
        Vector256<int> unclean = ~Vector256.Equals(value.AsInt32() & Vector256.Create(_fractionMask), Vector256<int>.Zero);
        if (_wide)
        {
            return high | unclean | Vector256.AndNot(low, zero);
        }
        // A subnormal of the format is a multiple of its smallest one.
        Vector256<float> units = value * Vector256.Create(_toInteger);
        Vector256<int> fraction = ~Vector256.Equals(units, Vector256.Truncate(units)).AsInt32();
        return high | Vector256.ConditionalSelect(low, fraction, unclean);
    }

    /// <summary>The codes of left operands, one per lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Left(Vector256<float> value)
    {
        Vector256<int> zero = Vector256.Equals(value, Vector256<float>.Zero).AsInt32();
        Vector256<int> field = Vector256.Max(Field(value), Vector256.Create(_lowestField));
        return Vector256.AndNot(_saturating ? field : field + Vector256.Create(_leftBias - 127), zero);
    }

    /// <summary>The codes of right operands, one per lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Right(Vector256<float> value)
    {
        Vector256<int> zero = Vector256.Equals(value, Vector256<float>.Zero).AsInt32();
        Vector256<int> field = Vector256.Max(Field(value), Vector256.Create(_lowestField));
        return _saturating
            ? ((Vector256.Create(_offset + 127) - field) | zero) & Vector256.Create(255)
            : Vector256.AndNot(field - Vector256.Create(_leftBias + _offset), zero);
    }

    /// <summary>All ones where an operand with its block's scale lies outside the exponents that fit.</summary>
    /// <param name="value">The operand without its scale.</param>
    /// <param name="exponent">The scale's exponent.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> RefusedScaled(Vector256<float> value, Vector256<int> exponent)
    {
        Vector256<int> aligned = Vector256.Max(Field(value), Vector256.Create(_lowestField)) + exponent;
        Vector256<int> outside = Vector256.LessThan(aligned, Vector256.Create(OperandRange.LowestScaled + 127))
            | Vector256.GreaterThan(aligned, Vector256.Create(OperandRange.HighestScaled + 127));
        return Vector256.AndNot(outside, Vector256.Equals(value, Vector256<float>.Zero).AsInt32());
    }

    /// <summary>What a scale adds to the codes of the operands that are not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Scaled(Vector256<int> codes, Vector256<float> value, Vector256<int> change) =>
        codes + Vector256.AndNot(change, Vector256.Equals(value, Vector256<float>.Zero).AsInt32());

    /// <summary>The exponents of powers of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Exponent(Vector256<float> power) => (power.AsInt32() >>> 23) - Vector256.Create(127);

    /// <summary>The significands, from 1 to below 2; 0 of a zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Significand(Vector256<float> value) => Vector256.AndNot(
        ((value.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F800000)).AsSingle(),
        Vector256.Equals(value, Vector256<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Field(Vector256<float> value) => (value.AsInt32() >>> 23) & Vector256.Create(255);
}
