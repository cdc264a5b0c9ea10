using System.Runtime.CompilerServices;

namespace Hspi.Numerics.Gemm;

/// <summary>What happens once per block: the common exponent, and the rounding of the exact sum.</summary>
internal unsafe struct BlockEnd<TLanes, TFloat, TInt, TByte, TOutput>
    where TLanes : struct, ILanes<TFloat, TInt, TByte>
    where TFloat : struct
    where TInt : struct
    where TByte : struct
    where TOutput : struct, ITruncatedOutput
{
    private readonly float _toTrueScale;
    private readonly float _fromTrueScale;
    private TInt _overflow;
    private TFloat _lost;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BlockEnd(in TruncatedShape shape)
    {
        _toTrueScale = MathF.ScaleB(1, shape.Offset);
        _fromTrueScale = MathF.ScaleB(1, -shape.Offset);
        _overflow = TLanes.Broadcast(0);
        _lost = TLanes.Broadcast(0f);
    }

    /// <summary>Whether nothing was met so far that the vector form cannot do.</summary>
    public readonly bool IsExact => !TLanes.AnyNegative(_overflow) && !TLanes.AnyAbove(_lost, TLanes.Broadcast(0f));

    /// <summary>What to add to a term's float bits so that one is the last bit kept: F − E in the exponent field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TInt Shift(TFloat c, byte* exponents, TInt bias)
    {
        TFloat largest = TLanes.LoadExponents(exponents);
        if (TOutput.Rounding == BlockRounding.Fp16ToNearest)
        {
            // An FP16 subnormal takes part with the exponent of the smallest normal number.
            largest = TLanes.MaxMagnitude(TLanes.WhereNotZero(c, TLanes.Broadcast(MathF.ScaleB(_fromTrueScale, -14))), largest);
        }
        return TLanes.Subtract(bias, TLanes.And(TLanes.AsInt(TLanes.MaxMagnitude(c, largest)), TLanes.Broadcast(0x7F800000)));
    }

    /// <summary>The sum of two half blocks, each of which fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TInt AddHalves(TInt first, TInt second)
    {
        TInt sum = TLanes.Add(first, second);
        _overflow = TLanes.Or(_overflow, TLanes.Overflow(first, second, sum));
        return sum;
    }

    /// <summary>The rounded sum, times 2^-Offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Round(TInt sum, TInt shift)
    {
        TFloat unit = TLanes.AsFloat(TLanes.Subtract(TLanes.Broadcast(127 << 23), shift));
        TFloat kept = TLanes.RoundTowardZero(sum);
        if (TOutput.Rounding == BlockRounding.E8M13TowardZero)
        {
            kept = TLanes.AsFloat(TLanes.And(TLanes.AsInt(kept), TLanes.Broadcast(~0x3FF)));
        }
        if (TOutput.Rounding != BlockRounding.Fp16ToNearest)
        {
            return TLanes.Multiply(kept, unit);
        }
        // Rounded to odd first: a set last bit stands for all that was cut, so that the second rounding sees no false tie.
        kept = TLanes.AsFloat(TLanes.Or(TLanes.AsInt(kept), TLanes.OneWhereDifferent(TLanes.Truncate(kept), sum)));
        TFloat exact = TLanes.Multiply(TLanes.Multiply(kept, unit), TLanes.Broadcast(_toTrueScale));
        TFloat half = TLanes.ToHalf(exact);
        // Infinity, and a sum that rounds to zero (whose sign then lives on), are rare: the plain path does them.
        _lost = TLanes.MaxMagnitude(_lost, TLanes.OutsideHalf(exact, half));
        return TLanes.Multiply(half, TLanes.Broadcast(_fromTrueScale));
    }
}
