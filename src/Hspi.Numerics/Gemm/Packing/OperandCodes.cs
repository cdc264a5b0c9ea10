using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hspi.Numerics.Gemm.Truncated;

namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Exponents as one byte each, chosen so that the sum of a left and a right code is the exponent field that the product's
/// exponent has in the kernel's scale, or lies a constant above it.</summary>
/// <remarks>
/// <code>
/// plain     left + right            left = e + h, right = e + h', zero = 0: no sum of two can wrap, and a zero product's code
///                                   lies below that of every product that is not zero
/// raised    left + right - Raise    the same with larger h and h': a zero product's code lies below that of the lowest field, too,
///                                   to which a block of nothing but zeros is then lifted
/// </code>
/// The addition of two codes wraps instead of saturating, because processors do more wrapping additions at a time: AMD's four instead of two, Intel's with
/// AVX-512 two instead of one. The raised form needs more operations than the plain one, but only once a block.
/// </remarks>
internal readonly struct OperandCodes
{
    /// <summary>A block of 16 can reach 2^31 only if the significands of both sides sum to more than this: 62 of 64 units of
    /// 2^E, the rest being the addend's, and no significand reaches 2.</summary>
    public const float HeavyWeight = 31;

    private readonly bool _wide;

    // Each number is kept in all lanes at once, so that a loop need not spread it out for every operand.
    private readonly Vector256<int> _keptBits;
    private readonly Vector256<int> _fractionMask;
    private readonly Vector256<int> _largestTaken;
    private readonly Vector256<int> _lowestTaken;
    private readonly Vector256<float> _toInteger;
    private readonly Vector256<int> _lowestField;
    private readonly Vector256<int> _left;
    private readonly Vector256<int> _right;
    private readonly Vector256<short> _lowestField16;
    private readonly Vector256<short> _right16;

    /// <param name="shape">The unit.</param>
    /// <param name="input">Its left or its right operands.</param>
    public OperandCodes(in TruncatedShape shape, OperandRange input)
    {
        _wide = input.IsWide;
        int fractionMask = (1 << (23 - input.FractionBits)) - 1;
        _keptBits = Vector256.Create(input.DropsLowBits ? ~fractionMask : -1);
        _fractionMask = Vector256.Create(fractionMask);
        _largestTaken = Vector256.Create(BitConverter.SingleToInt32Bits(input.LargestTaken));
        _lowestTaken = Vector256.Create((input.LowestTaken + 127) << 23);
        _toInteger = Vector256.Create(_wide ? 0 : MathF.ScaleB(1, input.FractionBits - input.LowestExponent));
        _lowestField = Vector256.Create(input.LowestAligned + 127);
        _left = Vector256.Create(shape.LeftCode);
        _right = Vector256.Create(shape.RightCode);
        _lowestField16 = Vector256.Create((short)_lowestField[0]);
        _right16 = Vector256.Create((short)_right[0]);
    }

    /// <summary>The operand as the unit reads it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Read(Vector256<float> value) => (value.AsInt32() & _keptBits).AsSingle();

    /// <summary>Not zero where the kernel must not see the value: not a number of the format, not finite, or outside the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Refused(Vector256<float> value)
    {
        Vector256<int> magnitude = Vector256.Abs(value).AsInt32();
        Vector256<int> refused = (value.AsInt32() & _fractionMask) | Vector256.GreaterThan(magnitude, _largestTaken);
        if (_wide)
        {
            Vector256<int> zero = Vector256.Equals(magnitude, Vector256<int>.Zero);
            return refused | Vector256.AndNot(Vector256.LessThan(magnitude, _lowestTaken), zero);
        }
        // Every number of the format is a multiple of its smallest subnormal.
        Vector256<float> units = value * _toInteger;
        return refused | ~Vector256.Equals(units, Vector256.Truncate(units)).AsInt32();
    }

    /// <summary>The codes of left operands, one per lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Left(Vector256<float> value)
    {
        Vector256<int> field = Vector256.Max(Field(value), _lowestField);
        return Vector256.AndNot(field + _left, Vector256.Equals(value, Vector256<float>.Zero).AsInt32());
    }

    /// <summary>The codes of right operands, one per lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Right(Vector256<float> value)
    {
        Vector256<int> field = Vector256.Max(Field(value), _lowestField);
        return Vector256.AndNot(field + _right, Vector256.Equals(value, Vector256<float>.Zero).AsInt32());
    }

    /// <summary>The codes of right operands from 16-bit exponent fields and masks of zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<short> Right(Vector256<short> field, Vector256<short> zero) =>
        Vector256.AndNot(Vector256.Max(field, _lowestField16) + _right16, zero);

    /// <summary>Codes of 32 operands, one byte each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Bytes(Vector256<int> first, Vector256<int> second, Vector256<int> third, Vector256<int> fourth)
    {
        if (Processor.HasAvx2)
        {
            // Both ways of packing go by halves of a register.
            Vector256<byte> halves = Avx2.PackUnsignedSaturate(Avx2.PackSignedSaturate(first, second), Avx2.PackSignedSaturate(third, fourth));
            return Avx2.PermuteVar8x32(halves.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsByte();
        }
        return Vector256.Narrow(Vector256.Narrow(first, second).AsUInt16(), Vector256.Narrow(third, fourth).AsUInt16());
    }

    /// <summary>Codes of 32 operands, one byte each, from codes of 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Bytes(Vector256<short> first, Vector256<short> second) => Processor.HasAvx2
        ? Avx2.Permute4x64(Avx2.PackUnsignedSaturate(first, second).AsInt64(), 0b11_01_10_00).AsByte()
        : Vector256.Narrow(first.AsUInt16(), second.AsUInt16());

    /// <summary>All ones where an operand with its block's scale lies outside the exponents that fit.</summary>
    /// <param name="value">The operand without its scale.</param>
    /// <param name="exponent">The scale's exponent.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> RefusedScaled(Vector256<float> value, Vector256<int> exponent)
    {
        Vector256<int> aligned = Vector256.Max(Field(value), _lowestField) + exponent;
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
