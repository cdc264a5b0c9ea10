using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Which block scales a unit takes, and whether some fit.</summary>
internal static class BlockScales
{
    /// <summary>The format of a scale. For a unit that takes none, some format, which nothing is read in.</summary>
    public static NumberFormat FormatOf(MatrixUnit unit) => unit is MatrixUnit.GroupScaledFused group ? group.Scale : KnownFormats.Ue8M0;

    /// <summary>How many scales one row or column has.</summary>
    /// <param name="unit">A unit that takes scales.</param>
    /// <param name="terms">k.</param>
    /// <param name="lines">Rows or columns.</param>
    /// <param name="scales">All scales: numbers of the format, not negative.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">There are too few or too many, or one is no number of the format.</exception>
    public static int Count(MatrixUnit unit, int terms, int lines, ReadOnlySpan<float> scales, string name)
    {
        int blocks = (terms + unit.BlockTerms - 1) / unit.BlockTerms;
        int count = lines == 0 ? 0 : scales.Length / lines;
        bool fits = count * lines == scales.Length && unit switch
        {
            _ when lines == 0 => true,
            MatrixUnit.ScaledTruncatedFused => count == blocks,
            MatrixUnit.GroupScaledFused => terms % unit.BlockTerms == 0 && (count == blocks || count == 2 * blocks || count == 4 * blocks),
            _ => throw new ArgumentException($"{unit.Definition}: this unit takes no block scales.", name),
        };
        if (!fits)
        {
            throw new ArgumentException($"{scales.Length} scales do not fit {lines} lines of {terms} terms on {unit.Definition}.", name);
        }
        NumberFormat format = FormatOf(unit);
        foreach (float scale in scales)
        {
            // UE8M0 has no zero; neither format has a sign.
            if (float.IsNegative(scale) && !float.IsNaN(scale) || (scale == 0 && !format.HasSubnormals) || format.FromSingle(scale).Kind == NumberKind.Infinity)
            {
                throw new ArgumentException($"{scale:R} is not a scale in {format.Name}.", name);
            }
        }
        return count;
    }
}
