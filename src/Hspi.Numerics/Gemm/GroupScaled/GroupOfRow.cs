using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>Sixteen terms of a row of the left operand.</summary>
internal unsafe struct GroupOfRow
{
    /// <summary>What is added to doubled operands, because the instruction that multiplies them takes left bytes as unsigned numbers.</summary>
    public const int Bias = 12;

    /// <summary>Two biased bytes, twice in each word: term 2i, term 2i + 1.</summary>
    public fixed uint Pairs[8];

    /// <summary>The scale.</summary>
    public double Scale;

    /// <summary>Two to the scale's exponent, 0 of a scale 0.</summary>
    public double Power;

    /// <summary>A bit for each operand that is not 0.</summary>
    public long Present;

    /// <summary>Packs.</summary>
    /// <returns>False if an operand is no FP4 number or the scale not a number; all is zero then.</returns>
    public bool Fill(ReadOnlySpan<float> terms, float scale, int lowestScale)
    {
        bool taken = Fp4Group.Read(terms, out Vector128<sbyte> doubled, out int present) & !float.IsNaN(scale);
        Vector128<ushort> pairs = ((taken ? doubled : Vector128<sbyte>.Zero) + Vector128.Create((sbyte)Bias)).AsUInt16();
        for (int i = 0; i < 8; i++)
        {
            Pairs[i] = pairs[i] * 0x10001u;
        }
        Scale = taken ? scale : 0;
        Power = taken ? PowerOf(scale, lowestScale) : 0;
        Present = taken ? present : 0;
        return taken;
    }

    /// <summary>Two to the exponent that a scale is aligned with; subnormals share that of the smallest normal number.</summary>
    public static double PowerOf(float scale, int lowest) => scale == 0 ? 0 : Math.ScaleB(1, Math.Max(Math.ILogB((double)scale), lowest));
}
