using System.Runtime.Intrinsics;
using Hspi.Numerics.Accumulation;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>The right operand of <see cref="GroupScaledKernel{TLanes, TDouble}"/>: 64 columns at a time, 16 terms at a time.</summary>
/// <remarks><code>
/// panel of 64 columns   group of 16 terms   pairs     [8, 64, 2]   signed bytes: twice the operand, two terms of a column side by side
///                                           start     [64]         int16: what undoes the bias of the left operand (GroupOfRow)
///                                           scales    [64]         FP64: the scale divided by 4, because both operands are doubled
///                                           powers    [64]         FP64: two to the scale's exponent, 0 of a scale 0
///                                           present   [64]         int64: a bit for each operand that is not 0
/// </code>
/// 2.6 bytes per weight.</remarks>
internal sealed unsafe class GroupScaledPanels : PackedSlice
{
    public const int PanelColumns = 64;
    public const int GroupTerms = GroupScaledSum.GroupSize;
    public const int BlockTerms = 64;
    public const int StartAt = GroupTerms * PanelColumns;
    public const int ScalesAt = StartAt + (PanelColumns * sizeof(short));
    public const int PowersAt = ScalesAt + (PanelColumns * sizeof(double));
    public const int PresentAt = PowersAt + (PanelColumns * sizeof(double));
    public const int GroupBytes = PresentAt + (PanelColumns * sizeof(long));

    private readonly MatrixUnit.GroupScaledFused _unit;
    private readonly AlignedBuffer<byte> _groups;
    private readonly GivenColumns _given;

    /// <param name="unit">The unit.</param>
    /// <param name="b">[terms, columns]: FP4 numbers.</param>
    /// <param name="terms">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">[scales per column, columns], or nothing: every scale is 1.</param>
    public GroupScaledPanels(MatrixUnit.GroupScaledFused unit, ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales)
    {
        _unit = unit;
        Terms = terms;
        Columns = columns;
        Groups = (terms + BlockTerms - 1) / BlockTerms * (BlockTerms / GroupTerms);
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        Refused = new bool[columns];
        _given = new GivenColumns(b, terms, columns, scales);
        _groups = new AlignedBuffer<byte>((long)Panels * Groups * GroupBytes);
        Span<float> column = stackalloc float[GroupTerms];
        for (int panel = 0; panel < Panels; panel++)
        {
            for (int group = 0; group < Groups; group++)
            {
                byte* packed = Group(panel, group);
                new Span<byte>(packed, GroupBytes).Clear();
                for (int lane = 0; lane < Math.Min(PanelColumns, columns - (panel * PanelColumns)); lane++)
                {
                    int at = (panel * PanelColumns) + lane;
                    column.Clear();
                    for (int k = 0; k < GroupTerms && (group * GroupTerms) + k < terms; k++)
                    {
                        column[k] = b[(((group * GroupTerms) + k) * columns) + at];
                    }
                    Refused[at] |= !Fill(packed, lane, column, scales.IsEmpty ? 1 : scales[(ScaleOf(group, scales.Length / columns) * columns) + at], unit.Scale.SmallestExponent);
                }
            }
        }
    }

    public int Terms { get; }
    public int Columns { get; }
    public int Groups { get; }
    public int Panels { get; }

    /// <summary>Columns that the kernel does not take: an operand is no FP4 number, or a scale is not a number.</summary>
    public bool[] Refused { get; }

    public byte* Group(int panel, int group) => _groups.Pointer + ((((long)panel * Groups) + group) * GroupBytes);

    /// <summary>Which of a row's or a column's scales belongs to a group.</summary>
    public int ScaleOf(int group, int scales) => group * scales / Groups;

    public override void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism)
    {
        fixed (float* left = a, leftScales = scales, addend = c, target = d)
        {
            var product = new GroupScaledProduct(_unit, rows, left, stride, leftScales, scales.Length / rows, this, addend, target);
            product.Run(degreeOfParallelism);
            if (product.IsIncomplete)
            {
                new PlainOutputs(_unit).Fill(_given, rows, a, stride, scales, c, d, product.IsMissing);
            }
        }
    }

    public override void Dispose() => _groups.Dispose();

    private static bool Fill(byte* packed, int lane, ReadOnlySpan<float> terms, float scale, int lowestScale)
    {
        bool taken = Fp4Group.Read(terms, out Vector128<sbyte> doubled, out int present) & !float.IsNaN(scale);
        if (!taken)
        {
            return false;
        }
        int sum = 0;
        for (int k = 0; k < GroupTerms; k++)
        {
            packed[(((k / 2 * PanelColumns) + lane) * 2) + (k % 2)] = (byte)doubled[k];
            sum += doubled[k];
        }
        ((short*)(packed + StartAt))[lane] = (short)(-GroupOfRow.Bias * sum);
        ((double*)(packed + ScalesAt))[lane] = scale / 4.0;
        ((double*)(packed + PowersAt))[lane] = GroupOfRow.PowerOf(scale, lowestScale);
        ((long*)(packed + PresentAt))[lane] = present;
        return true;
    }
}
