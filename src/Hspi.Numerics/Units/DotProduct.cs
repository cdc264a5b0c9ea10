using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

/// <summary>One output element from stored words to a stored word: what a GPU does with registers.</summary>
public static class DotProduct
{
    /// <param name="unit">The arithmetic.</param>
    /// <param name="a">Left operands as words of the unit's left format.</param>
    /// <param name="b">Right operands, as many.</param>
    /// <param name="scalesA">Left block scales, or empty.</param>
    /// <param name="scalesB">Right block scales, or empty.</param>
    /// <param name="c">The addend as a word of the unit's output format.</param>
    /// <returns>The result as a word of the unit's output format.</returns>
    public static ulong Of(
        MatrixUnit unit, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> scalesA, ReadOnlySpan<ulong> scalesB, ulong c)
    {
        var scale = unit is MatrixUnit.GroupScaledFused group ? group.Scale : KnownFormats.Ue8M0;
        return unit.Encode(unit.Chain(
            Decode(unit.A, a), Decode(unit.B, b), Decode(scale, scalesA), Decode(scale, scalesB), unit.D.Decode(c)));
    }

    private static Number[] Decode(NumberFormat format, ReadOnlySpan<ulong> words)
    {
        var numbers = new Number[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            numbers[i] = format.Decode(words[i]);
        }

        return numbers;
    }
}
