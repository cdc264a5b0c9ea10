using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>What the kernel does of one product on MXFP4 or NVFP4.</summary>
internal sealed unsafe class GroupScaledProduct(
    MatrixUnit.GroupScaledFused unit, int rows, float* a, int stride, float* scalesA, int scalesPerRow, GroupScaledPanels b, float* c, float* d)
{
    private const int GroupRows = 8;
    private const int CacheLine = 64;
    private const int Columns = GroupScaledPanels.PanelColumns;

    private readonly bool[] _refusedRows = new bool[rows];
    private readonly int _rowGroups = (rows + GroupRows - 1) / GroupRows;
    private readonly bool[] _exact = new bool[(rows + GroupRows - 1) / GroupRows * b.Panels];

    /// <summary>Writes d [rows, columns] = c + a·b, where a null c is zero, but for what <see cref="IsMissing"/> names.</summary>
    public void Run(int degreeOfParallelism)
    {
        using var left = new AlignedBuffer<GroupOfRow>((long)rows * b.Groups);
        // A copy for the loops' bodies, which cannot capture what is disposed of at the end.
        GroupOfRow* packed = left.Pointer;
        ParallelLoop.Run(_rowGroups, degreeOfParallelism, group => Fill(packed, group));
        ParallelLoop.Run(_exact.Length, degreeOfParallelism, tile => _exact[tile] = Tile(packed, tile / b.Panels, tile % b.Panels));
    }

    /// <summary>Whether any output is missing.</summary>
    public bool IsIncomplete => _exact.Contains(false) || _refusedRows.Contains(true) || b.Refused.Contains(true);

    /// <summary>Whether the kernel could not make an output.</summary>
    public bool IsMissing(int row, int column) =>
        !_exact[(row / GroupRows * b.Panels) + (column / Columns)] || _refusedRows[row] || b.Refused[column];

    private void Fill(GroupOfRow* packed, int rowGroup)
    {
        Span<float> terms = stackalloc float[GroupScaledPanels.GroupTerms];
        for (int row = rowGroup * GroupRows; row < Math.Min(rows, (rowGroup + 1) * GroupRows); row++)
        {
            for (int group = 0; group < b.Groups; group++)
            {
                int first = group * GroupScaledPanels.GroupTerms;
                terms.Clear();
                new ReadOnlySpan<float>(a + ((long)row * stride) + first, Math.Clamp(b.Terms - first, 0, terms.Length)).CopyTo(terms);
                float scale = scalesPerRow == 0 ? 1 : scalesA[((long)row * scalesPerRow) + b.ScaleOf(group, scalesPerRow)];
                _refusedRows[row] |= !packed[((long)row * b.Groups) + group].Fill(terms, scale, unit.Scale.SmallestExponent);
            }
        }
    }

    private bool Tile(GroupOfRow* packed, int rowGroup, int panel)
    {
        float* memory = stackalloc float[(GroupRows * Columns) + CacheLine];
        float* tile = (float*)(((nuint)memory + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        int first = rowGroup * GroupRows, count = Math.Min(GroupRows, rows - first);
        int columns = Math.Min(Columns, b.Columns - (panel * Columns));
        bool all = Start(tile, first, count, panel, columns)
            && Kernel(count, packed + ((long)first * b.Groups), b.Group(panel, 0), tile, b.Groups);
        for (int row = 0; row < count; row++)
        {
            new ReadOnlySpan<float>(tile + (row * Columns), columns).CopyTo(new Span<float>(d + ((long)(first + row) * b.Columns) + (panel * Columns), columns));
        }
        return all;
    }

    // False where the kernel cannot take an addend. It does not take −0 either, which can make a sum of zeros negative.
    private bool Start(float* tile, int first, int count, int panel, int columns)
    {
        new Span<float>(tile, GroupRows * Columns).Clear();
        bool all = true;
        for (int row = 0; c != null && row < count; row++)
        {
            float* source = c + ((long)(first + row) * b.Columns) + (panel * Columns);
            for (int column = 0; column < columns; column++)
            {
                tile[(row * Columns) + column] = source[column];
                all &= float.IsNormal(source[column]) || BitConverter.SingleToInt32Bits(source[column]) == 0;
            }
        }
        return all;
    }

    private bool Kernel(int count, GroupOfRow* left, byte* right, float* tile, int groups) => Processor.Width switch
    {
        VectorWidth.Bits512 => GroupScaledKernel<GroupLanes512, Vector512<double>>.Rows(count, left, right, tile, groups, unit.FractionBits, unit.ZeroExponent),
        VectorWidth.Bits256 => GroupScaledKernel<GroupLanes256, Vector256<double>>.Rows(count, left, right, tile, groups, unit.FractionBits, unit.ZeroExponent),
        _ => GroupScaledKernel<GroupLanes128, Vector128<double>>.Rows(count, left, right, tile, groups, unit.FractionBits, unit.ZeroExponent),
    };
}
