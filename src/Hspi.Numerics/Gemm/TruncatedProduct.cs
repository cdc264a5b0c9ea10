using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>One output by the plain definition: the terms in order, and the addend.</summary>
internal delegate float PlainOutput(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float c);

/// <summary>The whole product from packed operands: which tile is done when, by whom, and which outputs the plain path does.</summary>
/// <remarks><code>
/// task: 128 rows x up to 16 panels         its sums stay in the second-level cache (512 KB)
///   for each chunk of 64 terms             the rows' chunk (64 KB) too
///     for each panel                       the panel's chunk (20 KB) in the first-level cache
///       for each group of 8 rows           one call of the kernel
/// </code>
/// No order of these loops can change a bit: every output is one chain over ascending terms.</remarks>
internal static unsafe class TruncatedProduct
{
    private const int BlockGroups = 16;
    private const int BlockPanels = 16;
    private const int TileOutputs = PackedRows.GroupRows * PackedColumns.PanelColumns;

    /// <summary>Writes <paramref name="d"/> [rows, columns] = c + a·b, where an empty <paramref name="c"/> is zero.</summary>
    public static void Multiply(
        in TruncatedShape shape,
        ReadOnlySpan<float> rows,
        int stride,
        PackedRows a,
        PackedColumns b,
        ReadOnlySpan<float> c,
        Span<float> d,
        PlainOutput plain,
        int degreeOfParallelism)
    {
        TruncatedShape unit = shape;
        int groups = (a.Rows + PackedRows.GroupRows - 1) / PackedRows.GroupRows;
        int rowBlocks = (groups + BlockGroups - 1) / BlockGroups;
        int panelsPerTask = BlockPanels;
        while (panelsPerTask > 1 && rowBlocks * ((b.Panels + panelsPerTask - 1) / panelsPerTask) < 4 * degreeOfParallelism && degreeOfParallelism > 1)
        {
            panelsPerTask /= 2;
        }
        int panelBlocks = (b.Panels + panelsPerTask - 1) / panelsPerTask;
        var exact = new bool[groups * b.Panels];
        fixed (float* source = c, target = d)
        {
            nint from = (nint)source, to = (nint)target;
            void Task(int task, AlignedBuffer<float> sums) => Block(
                unit, a, b, (float*)from, (float*)to, exact, sums,
                task / panelBlocks * BlockGroups, task % panelBlocks * panelsPerTask, panelsPerTask);
            long sumsLength = (long)Math.Min(BlockGroups, groups) * Math.Min(panelsPerTask, b.Panels) * TileOutputs;
            if (degreeOfParallelism == 1 || rowBlocks * panelBlocks == 1)
            {
                using var sums = new AlignedBuffer<float>(sumsLength);
                for (int task = 0; task < rowBlocks * panelBlocks; task++)
                {
                    Task(task, sums);
                }
            }
            else
            {
                Parallel.For(
                    0,
                    rowBlocks * panelBlocks,
                    new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism },
                    () => new AlignedBuffer<float>(sumsLength),
                    (task, _, sums) =>
                    {
                        Task(task, sums);
                        return sums;
                    },
                    sums => sums.Dispose());
            }
        }
        Plain(rows, stride, a, b, c, d, exact, plain);
    }

    private static void Block(
        in TruncatedShape shape, PackedRows a, PackedColumns b, float* c, float* d, bool[] exact, AlignedBuffer<float> sums,
        int firstGroup, int firstPanel, int panelLimit)
    {
        int groups = Math.Min(BlockGroups, ((a.Rows + PackedRows.GroupRows - 1) / PackedRows.GroupRows) - firstGroup);
        int panels = Math.Min(panelLimit, b.Panels - firstPanel);
        float* Tile(int group, int panel) => sums.Pointer + ((((long)panel * groups) + group) * TileOutputs);

        for (int panel = 0; panel < panels; panel++)
        {
            for (int group = 0; group < groups; group++)
            {
                exact[((firstGroup + group) * b.Panels) + firstPanel + panel] =
                    Start(shape, a, b, c, Tile(group, panel), firstGroup + group, firstPanel + panel);
            }
        }
        for (int chunk = 0; chunk < a.Chunks; chunk++)
        {
            int terms = Math.Min(PackedRows.ChunkTerms, a.Terms - (chunk * PackedRows.ChunkTerms));
            int blocks = (terms + shape.Terms - 1) / shape.Terms;
            for (int panel = 0; panel < panels; panel++)
            {
                float* right = b.Values(firstPanel + panel, chunk);
                byte* rightCodes = b.Exponents(firstPanel + panel, chunk);
                for (int group = 0; group < groups; group++)
                {
                    int rows = Math.Min(PackedRows.GroupRows, a.Rows - ((firstGroup + group) * PackedRows.GroupRows));
                    exact[((firstGroup + group) * b.Panels) + firstPanel + panel] &= Kernel(
                        shape, rows, a.Values(firstGroup + group, chunk), a.Exponents(firstGroup + group, chunk),
                        right, rightCodes, Tile(group, panel), blocks);
                }
            }
        }
        for (int panel = 0; panel < panels; panel++)
        {
            for (int group = 0; group < groups; group++)
            {
                Finish(shape, a, b, d, Tile(group, panel), firstGroup + group, firstPanel + panel);
            }
        }
    }

    private static bool Kernel(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks)
    {
        // Three single rows cost about as much as eight at once.
        if (rows > 3)
        {
            return TruncatedKernels.Rows8(shape, a, aCodes, b, bCodes, c, blocks);
        }
        bool exact = true;
        for (int row = 0; row < rows; row++)
        {
            exact &= TruncatedKernels.Rows1(
                shape,
                a + (row * PackedRows.ChunkTerms),
                aCodes + (row * PackedRows.ChunkTerms),
                b,
                bCodes,
                c + (row * PackedColumns.PanelColumns),
                blocks);
        }
        return exact;
    }

    // False where an addend is outside what the kernel takes.
    private static bool Start(in TruncatedShape shape, PackedRows a, PackedColumns b, float* c, float* tile, int group, int panel)
    {
        new Span<float>(tile, TileOutputs).Clear();
        if (c == null)
        {
            return true;
        }
        bool exact = true;
        float scale = MathF.ScaleB(1, -shape.Offset);
        float lowest = MathF.ScaleB(1, shape.LowestAddend), highest = MathF.ScaleB(1, 40);
        int rows = Math.Min(PackedRows.GroupRows, a.Rows - (group * PackedRows.GroupRows));
        int columns = Math.Min(PackedColumns.PanelColumns, b.Columns - (panel * PackedColumns.PanelColumns));
        for (int row = 0; row < rows; row++)
        {
            float* line = c + ((((long)group * PackedRows.GroupRows) + row) * b.Columns) + ((long)panel * PackedColumns.PanelColumns);
            for (int column = 0; column < columns; column++)
            {
                float value = line[column];
                float magnitude = MathF.Abs(value);
                bool taken = BitConverter.SingleToInt32Bits(value) == 0 || (magnitude >= lowest && magnitude < highest);
                exact &= taken;
                tile[(row * PackedColumns.PanelColumns) + column] = taken ? value * scale : 0;
            }
        }
        return exact;
    }

    private static void Finish(in TruncatedShape shape, PackedRows a, PackedColumns b, float* d, float* tile, int group, int panel)
    {
        Vector256<float> scale = Vector256.Create(MathF.ScaleB(1, shape.Offset));
        int rows = Math.Min(PackedRows.GroupRows, a.Rows - (group * PackedRows.GroupRows));
        int columns = Math.Min(PackedColumns.PanelColumns, b.Columns - (panel * PackedColumns.PanelColumns));
        for (int row = 0; row < rows; row++)
        {
            float* source = tile + (row * PackedColumns.PanelColumns);
            float* target = d + ((((long)group * PackedRows.GroupRows) + row) * b.Columns) + ((long)panel * PackedColumns.PanelColumns);
            int column = 0;
            for (; column + 8 <= columns; column += 8)
            {
                (Vector256.Load(source + column) * scale).Store(target + column);
            }
            for (; column < columns; column++)
            {
                target[column] = source[column] * scale[0];
            }
        }
    }

    private static void Plain(
        ReadOnlySpan<float> rows, int stride, PackedRows a, PackedColumns b, ReadOnlySpan<float> c, Span<float> d, bool[] exact, PlainOutput plain)
    {
        if (Array.TrueForAll(exact, tile => tile) && !a.Refused.Contains(true) && !b.Refused.Contains(true)
            && !(a.Heavy.Contains(true) && b.Heavy.Contains(true)))
        {
            return;
        }
        var terms = new float[b.Terms];
        for (int column = 0; column < b.Columns; column++)
        {
            bool copied = false;
            for (int row = 0; row < a.Rows; row++)
            {
                bool kernel = exact[(row / PackedRows.GroupRows * b.Panels) + (column / PackedColumns.PanelColumns)]
                    && !a.Refused[row] && !b.Refused[column] && !(a.Heavy[row] && b.Heavy[column]);
                if (kernel)
                {
                    continue;
                }
                if (!copied)
                {
                    b.CopyColumn(column, terms);
                    copied = true;
                }
                int at = (row * b.Columns) + column;
                d[at] = plain(rows.Slice(row * stride, a.Terms), terms, c.IsEmpty ? 0 : c[at]);
            }
        }
    }
}
