using System.Runtime.CompilerServices;

namespace Hspi.Numerics.Gemm.Ieee;

/// <summary>What one output does with four terms, or with the fewest that it can take.</summary>
internal unsafe interface IIeeeSteps
{
    /// <summary>Terms of <see cref="Least"/>: 1, 2 or 4.</summary>
    static abstract int LeastTerms { get; }

    /// <summary>Four terms: a[0..4) and one register of b for each.</summary>
    static abstract TFloat Four<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1, TFloat b2, TFloat b3)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct;

    /// <summary>One term, or two; the second register is only looked at where there are two.</summary>
    static abstract TFloat Least<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct;
}

/// <summary><see cref="IeeeSteps.Fused"/>.</summary>
internal readonly unsafe struct FusedSteps : IIeeeSteps
{
    public static int LeastTerms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Four<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1, TFloat b2, TFloat b3)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct =>
        TLanes.MultiplyAdd(a + 3, b3, TLanes.MultiplyAdd(a + 2, b2, TLanes.MultiplyAdd(a + 1, b1, TLanes.MultiplyAdd(a, b0, c))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Least<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct => TLanes.MultiplyAdd(a, b0, c);
}

/// <summary><see cref="IeeeSteps.Separate"/>.</summary>
internal readonly unsafe struct SeparateSteps : IIeeeSteps
{
    public static int LeastTerms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Four<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1, TFloat b2, TFloat b3)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct
    {
        c = TLanes.Add(c, TLanes.Multiply(a, b0));
        c = TLanes.Add(c, TLanes.Multiply(a + 1, b1));
        c = TLanes.Add(c, TLanes.Multiply(a + 2, b2));
        return TLanes.Add(c, TLanes.Multiply(a + 3, b3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Least<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct => TLanes.Add(c, TLanes.Multiply(a, b0));
}

/// <summary><see cref="IeeeSteps.Pairs"/> and <see cref="IeeeSteps.PairsOfPairs"/> of any operands.</summary>
internal readonly unsafe struct FlushedSteps<TPairs> : IIeeeSteps
    where TPairs : struct
{
    public static int LeastTerms => typeof(TPairs) == typeof(PairedPairs) ? 4 : 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Four<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1, TFloat b2, TFloat b3)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct
    {
        TFloat first = Pair<TLanes, TFloat>(a, b0, b1);
        TFloat second = Pair<TLanes, TFloat>(a + 2, b2, b3);
        return typeof(TPairs) == typeof(PairedPairs)
            ? TLanes.Flush(TLanes.Add(c, TLanes.Flush(TLanes.Add(first, second))))
            : TLanes.Flush(TLanes.Add(TLanes.Flush(TLanes.Add(c, first)), second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Least<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct => TLanes.Flush(TLanes.Add(c, Pair<TLanes, TFloat>(a, b0, b1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Pair<TLanes, TFloat>(float* a, TFloat b0, TFloat b1)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct => TLanes.Flush(TLanes.Add(TLanes.Flush(TLanes.Multiply(a, b0)), TLanes.Flush(TLanes.Multiply(a + 1, b1))));
}

/// <summary>Pairs, and pairs of pairs, where no result is subnormal (<see cref="IeeeShape.NeverFlushes"/>), so that none becomes zero.</summary>
/// <remarks>Products are exact then, because the formats have at most 11 significant bits. A fused multiply-add therefore rounds as a multiplication and
/// an addition do.</remarks>
internal readonly unsafe struct OrdinarySteps<TPairs> : IIeeeSteps
    where TPairs : struct
{
    public static int LeastTerms => typeof(TPairs) == typeof(PairedPairs) ? 4 : 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Four<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1, TFloat b2, TFloat b3)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct
    {
        TFloat first = TLanes.MultiplyAdd(a + 1, b1, TLanes.Multiply(a, b0));
        TFloat second = TLanes.MultiplyAdd(a + 3, b3, TLanes.Multiply(a + 2, b2));
        return typeof(TPairs) == typeof(PairedPairs)
            ? TLanes.Add(c, TLanes.Add(first, second))
            : TLanes.Add(TLanes.Add(c, first), second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Least<TLanes, TFloat>(TFloat c, float* a, TFloat b0, TFloat b1)
        where TLanes : struct, IIeeeLanes<TFloat>
        where TFloat : struct => TLanes.Add(c, TLanes.MultiplyAdd(a + 1, b1, TLanes.Multiply(a, b0)));
}

/// <summary>Two pairs are added before they reach the accumulator.</summary>
internal readonly struct PairedPairs;

/// <summary>Each pair reaches the accumulator alone.</summary>
internal readonly struct SinglePairs;
