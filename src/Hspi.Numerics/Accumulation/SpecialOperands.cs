using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>What NaN and infinity among the operands make of a fused sum: IEEE rules, before anything is added.</summary>
internal static class SpecialOperands
{
    /// <returns>NaN, an infinity, or null if all products and the addend are finite.</returns>
    public static Number? Resolve(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
    {
        var positive = c.Kind == NumberKind.Infinity && !c.Negative;
        var negative = c.Kind == NumberKind.Infinity && c.Negative;
        var nan = c.Kind == NumberKind.NaN;
        for (var k = 0; k < a.Length; k++)
        {
            if (a[k].Kind == NumberKind.Finite && b[k].Kind == NumberKind.Finite)
            {
                continue;
            }

            // Infinity times zero has no value.
            if (a[k].Kind == NumberKind.NaN || b[k].Kind == NumberKind.NaN || a[k].IsZero || b[k].IsZero)
            {
                nan = true;
            }
            else if (a[k].Negative != b[k].Negative)
            {
                negative = true;
            }
            else
            {
                positive = true;
            }
        }

        if (nan || (positive && negative))
        {
            return Number.NaN;
        }

        return positive || negative ? Number.Infinity(negative) : null;
    }
}
