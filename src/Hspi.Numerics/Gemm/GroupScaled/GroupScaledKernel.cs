using System.Runtime.CompilerServices;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>The kernel of Blackwell's MXFP4 and NVFP4, GST-FDPA, in integers and FP64.</summary>
/// <remarks><code>
/// P  = 16 products of a group, in int16           two doubled operands at a time, as bytes: exact
/// E  = max(2^(e(scaleA) + e(scaleB)), |c|'s)      as powers of two in FP64; a group whose products are all 0 does not count
/// S  = trunc(c · 2^F / E) + Σ trunc(P · scaleA · scaleB · 2^F / E)
/// d  = S · E / 2^F toward zero                    the low 29 bits of an FP64 number cleared
/// </code>
/// FP64 holds all of it exactly: a term has 20 significant bits, S is below 2^50, and exponents have 11 bits. A zero sum is +0, as on the unit, because
/// the addend is never −0. Results outside FP32's normal numbers are left to the plain definition.
/// </remarks>
internal static unsafe class GroupScaledKernel<TLanes, TDouble>
    where TLanes : struct, IGroupLanes<TDouble>
    where TDouble : struct
{
    private const int Columns = GroupScaledPanels.PanelColumns;
    private const int BlockGroups = GroupScaledPanels.BlockTerms / GroupScaledPanels.GroupTerms;
    private const int GroupBytes = GroupScaledPanels.GroupBytes;

    /// <summary>Adds all groups to <paramref name="rows"/> rows of 64 outputs.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="a">[rows, groups].</param>
    /// <param name="b">A panel's groups.</param>
    /// <param name="c">[rows, 64], read and written.</param>
    /// <param name="groups">Whole blocks of four.</param>
    /// <param name="fractionBits">F.</param>
    /// <param name="zeroExponent">e_zero, the lowest E.</param>
    /// <returns>False if a result was met that is to be made otherwise; the outputs are not to be used then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Rows(int rows, GroupOfRow* a, byte* b, float* c, int groups, int fractionBits, int zeroExponent)
    {
        short* sums = stackalloc short[BlockGroups * Columns];
        TDouble lowest = TLanes.Broadcast(Math.ScaleB(1, zeroExponent)), toUnit = TLanes.Broadcast(Math.ScaleB(1, -fractionBits));
        TDouble outside = TLanes.Broadcast(0);
        for (int block = 0; block < groups; block += BlockGroups, b += BlockGroups * GroupBytes)
        {
            for (int row = 0; row < rows; row++)
            {
                GroupOfRow* left = a + ((long)row * groups) + block;
                for (int group = 0; group < BlockGroups; group++)
                {
                    TLanes.Sums(left[group].Pairs, b + (group * GroupBytes), sums + (group * Columns));
                }
                float* tile = c + (row * Columns);
                for (int column = 0; column < Columns; column += TLanes.Count)
                {
                    TDouble addend = TLanes.Load(tile + column);
                    TDouble largest = TLanes.Larger(lowest, addend);
                    byte* right = b;
                    for (int group = 0; group < BlockGroups; group++, right += GroupBytes)
                    {
                        largest = TLanes.Larger(
                            largest,
                            &left[group].Power,
                            (double*)(right + GroupScaledPanels.PowersAt) + column,
                            &left[group].Present,
                            (long*)(right + GroupScaledPanels.PresentAt) + column);
                    }
                    TDouble scale = TLanes.Over(fractionBits, largest);
                    TDouble sum = TLanes.Truncate(TLanes.Multiply(addend, scale));
                    right = b + GroupScaledPanels.ScalesAt;
                    for (int group = 0; group < BlockGroups; group++, right += GroupBytes)
                    {
                        TDouble scales = TLanes.Multiply(TLanes.Multiply(&left[group].Scale, (double*)right + column), scale);
                        sum = TLanes.Add(sum, TLanes.Truncate(TLanes.Multiply(TLanes.Load(sums + (group * Columns) + column), scales)));
                    }
                    TDouble result = TLanes.Multiply(sum, TLanes.Multiply(largest, toUnit));
                    outside = TLanes.Outside(outside, result);
                    TLanes.StoreTowardZero(tile + column, result);
                }
            }
        }
        return !TLanes.Any(outside);
    }
}

/// <summary>Numbers at the end of a block. Constants, because of a static field the innermost loop would ask each time whether it is initialized.</summary>
internal static class GroupScaledEnd
{
    /// <summary>An FP64 number's exponent field.</summary>
    public const long Field = 0x7FF0000000000000;

    /// <summary>The bits of an FP64 number that FP32 has too.</summary>
    public const long Kept = ~((1L << 29) - 1);

    /// <summary>FP32's smallest normal number.</summary>
    public const double Smallest = 1.0 / (1UL << 63) / (1UL << 63);

    /// <summary>What FP32 has no number for.</summary>
    public const double Infinite = 4.0 * (1UL << 63) * (1UL << 63);
}
