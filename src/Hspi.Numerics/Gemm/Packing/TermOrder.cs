namespace Hspi.Numerics.Gemm.Packing;

/// <summary>In which order the terms of a chain are packed. A kernel adds neighbours, a unit not always.</summary>
internal enum TermOrder
{
    /// <summary>As they come.</summary>
    Ascending,

    /// <summary>Of sixteen terms first the even ones, then the odd ones: CDNA3's FP8.</summary>
    EvenThenOdd,

    /// <summary>Of 32 terms first { 4t, 4t + 1 }, then { 4t + 2, 4t + 3 }: FP8 through <c>mma.sync</c>, computed in FP16.</summary>
    MmaSync,
}

internal static class TermOrders
{
    /// <summary>Which term of the chain is packed at a place. Chunks hold whole steps, so both lie in the same chunk.</summary>
    public static int Source(this TermOrder order, int place) => order switch
    {
        TermOrder.EvenThenOdd => (place & ~15) + (place % 8 * 2) + (place % 16 / 8),
        TermOrder.MmaSync => (place & ~31) + (place % 16 / 2 * 4) + (place % 32 / 16 * 2) + (place % 2),
        _ => place,
    };
}
