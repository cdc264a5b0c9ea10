using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>A whole product on MXFP4 or NVFP4: the kernel does what it can, the plain definition the rest, output by output.</summary>
internal sealed unsafe class GroupScaledProduct(
    MatrixUnit.GroupScaledFused unit, int rows, float* a, int stride, float* scalesA, int scalesPerRow, GroupScaledPanels b, float* c, float* d)
{
    private const int GroupRows = 8;
    private const int CacheLine = 64;
    private const int Columns = GroupScaledPanels.PanelColumns;

    private readonly bool[] _refusedRows = new bool[rows];
    private readonly int _rowGroups = (rows + GroupRows - 1) / GroupRows;

    /// <summary>Writes d [rows, columns] = c + a·b, where no c is zero.</summary>
    public void Run(int degreeOfParallelism)
    {
        using var left = new AlignedBuffer<GroupOfRow>((long)rows * b.Groups);
        var exact = new bool[_rowGroups * b.Panels];
        // Read-only copies for the loops' bodies: an object that one of them captures cannot be disposed of before they end.
        GroupOfRow* packed = left.Pointer;
        Loop(_rowGroups, degreeOfParallelism, group => Fill(packed, group));
        Loop(_rowGroups * b.Panels, degreeOfParallelism, tile => exact[tile] = Tile(packed, tile / b.Panels, tile % b.Panels));
        Plain(exact);
    }

    private static void Loop(int count, int degreeOfParallelism, Action<int> body)
    {
        if (degreeOfParallelism > 1 && count > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, body);
            return;
        }
        for (int i = 0; i < count; i++)
        {
            body(i);
        }
    }

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

    // False where an addend is outside what the kernel takes; a minus zero can make a sum of nothing but zeros negative.
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

    private bool Kernel(int count, GroupOfRow* left, byte* right, float* tile, int groups)
    {
        if (Avx512BW.IsSupported && Avx512DQ.IsSupported)
        {
            return GroupScaledKernel<GroupLanes512, Vector512<double>>.Rows(count, left, right, tile, groups, unit.FractionBits, unit.ZeroExponent);
        }
        return Avx2.IsSupported
            ? GroupScaledKernel<GroupLanes256, Vector256<double>>.Rows(count, left, right, tile, groups, unit.FractionBits, unit.ZeroExponent)
            : GroupScaledKernel<GroupLanes128, Vector128<double>>.Rows(count, left, right, tile, groups, unit.FractionBits, unit.ZeroExponent);
    }

    private void Plain(bool[] exact)
    {
        var plain = new PlainOutputs(unit);
        float[] terms = new float[b.Terms], scales = new float[b.ScalesPerColumn];
        for (int column = 0; column < b.Columns; column++)
        {
            bool copied = false;
            for (int row = 0; row < rows; row++)
            {
                if (exact[(row / GroupRows * b.Panels) + (column / Columns)] && !_refusedRows[row] && !b.Refused[column])
                {
                    continue;
                }
                if (!copied)
                {
                    b.CopyColumn(column, terms, scales);
                    plain.Column(terms, scales);
                    copied = true;
                }
                long at = ((long)row * b.Columns) + column;
                d[at] = plain.Output(
                    new ReadOnlySpan<float>(a + ((long)row * stride), b.Terms),
                    new ReadOnlySpan<float>(scalesA + ((long)row * scalesPerRow), scalesPerRow),
                    c == null ? 0 : c[at]);
            }
        }
    }
}
