using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Packing;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>Divides a product into tiles, and says in which order and on which thread they are computed.</summary>
/// <remarks><code>
/// task: up to 128 rows x 16 panels         packs its rows (1 MB at 1024 terms); its sums are 512 KB
///   for each chunk of 64 terms             the rows' chunk is 64 KB: second-level cache
///     for each panel                       the panel's chunk is 20 KB: first-level cache; the next one is prefetched,
///                                          from 8 KB where operands take 2 bytes (NarrowTiles)
///       for each group of 8 rows           one call of the kernel
/// </code>
/// No order of these loops can change a bit: every output is one chain over ascending terms.</remarks>
internal sealed unsafe class TruncatedWork(
    TruncatedShape shape, int rows, float* a, int stride, float* scales, PackedColumns b, float* c, float* d, RowState[] states, bool[] exact)
{
    private const int BlockGroups = 16;
    private const int LeastGroups = 2;
    private const int BlockPanels = 16;
    private const int CacheLine = 64;

    // Operands of less than a megabyte are in a cache already, and few rows are done before what was asked for arrives.
    private const int PrefetchedGroups = 8;
    private const int PrefetchedTiles = 50;
    private const int TileOutputs = PackedRows.GroupRows * PackedColumns.PanelColumns;

    // With normally distributed operands, in the second chunk one block in seven has an addend among its 32 that is not near; in the next two, two in five.
    private const int YoungChunks = 2;

    private readonly TruncatedShape _young = shape with { ExpectsNear = true };
    private readonly int _groups = (rows + PackedRows.GroupRows - 1) / PackedRows.GroupRows;
    private int _blockGroups = BlockGroups;

    public void Run(int degreeOfParallelism)
    {
        // Rows are divided among the threads before columns are: a thread packs the rows that it computes, so none are packed twice.
        int shares = _groups >= PrefetchedGroups * degreeOfParallelism ? degreeOfParallelism : 2 * degreeOfParallelism;
        int shared = Math.Max(LeastGroups, (_groups + shares - 1) / shares);
        _blockGroups = degreeOfParallelism == 1 ? BlockGroups : Math.Min(BlockGroups, shared);
        int rowBlocks = (_groups + _blockGroups - 1) / _blockGroups;
        int panels = BlockPanels;
        while (degreeOfParallelism > 1 && panels > 1 && rowBlocks * ((b.Panels + panels - 1) / panels) < 2 * degreeOfParallelism)
        {
            panels /= 2;
        }
        int panelBlocks = (b.Panels + panels - 1) / panels;
        int tasks = rowBlocks * panelBlocks;
        if (degreeOfParallelism == 1 || tasks == 1)
        {
            using var scratch = new Scratch(shape, Math.Min(_blockGroups, _groups), b, panels);
            for (int task = 0; task < tasks; task++)
            {
                Block(scratch, task / panelBlocks, task % panelBlocks * panels, panels);
            }
            return;
        }
        Parallel.For(
            0,
            tasks,
            new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism },
            () => new Scratch(shape, Math.Min(_blockGroups, _groups), b, panels),
            (task, _, scratch) =>
            {
                Block(scratch, task / panelBlocks, task % panelBlocks * panels, panels);
                return scratch;
            },
            scratch => scratch.Dispose());
    }

    private void Block(Scratch scratch, int rowBlock, int firstPanel, int panelLimit)
    {
        int firstGroup = rowBlock * _blockGroups;
        int groups = Math.Min(_blockGroups, _groups - firstGroup);
        int panels = Math.Min(panelLimit, b.Panels - firstPanel);
        if (scratch.RowBlock != rowBlock)
        {
            Fill(scratch.Rows, firstGroup * PackedRows.GroupRows, groups * PackedRows.GroupRows);
            scratch.RowBlock = rowBlock;
        }
        float* sums = scratch.Sums.Pointer;
        for (int panel = 0; panel < panels; panel++)
        {
            for (int group = 0; group < groups; group++)
            {
                float* tile = sums + ((((long)panel * groups) + group) * TileOutputs);
                exact[((firstGroup + group) * b.Panels) + firstPanel + panel] = Start(tile, firstGroup + group, firstPanel + panel);
            }
        }
        bool fromAfar = groups >= PrefetchedGroups && (long)b.Panels * b.Chunks >= PrefetchedTiles;
        int tiles = b.Chunks * panels;
        for (int at = 0; at < tiles; at++)
        {
            // A single group reads a panel from its first to its last term, as it lies in memory.
            (int chunk, int panel) = groups == 1 ? (at % b.Chunks, at / b.Chunks) : Math.DivRem(at, panels);
            int terms = Math.Min(PackedRows.ChunkTerms, b.Terms - (chunk * PackedRows.ChunkTerms));
            int columns = Math.Min(PackedColumns.PanelColumns, b.Columns - ((firstPanel + panel) * PackedColumns.PanelColumns));
            TruncatedShape form = c == null && chunk < YoungChunks ? _young : shape;
            b.Tile(firstPanel + panel, chunk, scratch.Widened, out float* right, out byte* rightCodes);
            for (int group = 0; group < groups; group++)
            {
                if (fromAfar && at + 1 < tiles)
                {
                    b.Prefetch(firstPanel + ((at + 1) % panels), (at + 1) / panels, group, groups);
                }
                exact[((firstGroup + group) * b.Panels) + firstPanel + panel] &= Kernel(
                    form,
                    Math.Min(PackedRows.GroupRows, rows - ((firstGroup + group) * PackedRows.GroupRows)),
                    columns,
                    scratch.Rows.Values(group, chunk),
                    scratch.Rows.Exponents(group, chunk),
                    right,
                    rightCodes,
                    sums + ((((long)panel * groups) + group) * TileOutputs),
                    (terms + shape.Terms - 1) / shape.Terms);
            }
        }
        for (int panel = 0; panel < panels; panel++)
        {
            for (int group = 0; group < groups; group++)
            {
                Finish(sums + ((((long)panel * groups) + group) * TileOutputs), firstGroup + group, firstPanel + panel);
            }
        }
    }

    private void Fill(PackedRows packed, int first, int count)
    {
        for (int row = 0; row < count; row++)
        {
            if (first + row < rows)
            {
                states[first + row] = packed.Fill(row, new ReadOnlySpan<float>(a + ((long)(first + row) * stride), b.Terms), Scales(first + row));
            }
            else
            {
                packed.Clear(row);
            }
        }
    }

    private ReadOnlySpan<float> Scales(int row)
    {
        int blocks = (b.Terms + shape.Terms - 1) / shape.Terms;
        return scales == null ? [] : new ReadOnlySpan<float>(scales + ((long)row * blocks), blocks);
    }

    private static bool Kernel(in TruncatedShape shape, int count, int columns, float* left, uint* leftCodes, float* right, byte* rightCodes, float* tile, int blocks)
    {
        if (!shape.IsJoined)
        {
            return Chain(shape, count, columns, left, leftCodes, right, rightCodes, tile, blocks);
        }
        // Each instruction of two blocks starts from 0.
        bool all = true;
        float* memory = stackalloc float[TileOutputs + CacheLine];
        float* results = (float*)(((nuint)memory + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        for (int block = 0; block < blocks; block += 2)
        {
            int first = block * shape.Terms;
            new Span<float>(results, TileOutputs).Clear();
            all &= Chain(
                shape,
                count,
                columns,
                left + first,
                leftCodes + first,
                right + (first * PackedColumns.PanelColumns),
                rightCodes + (first * PackedColumns.PanelColumns),
                results,
                2);
            all &= JoinedInstructions.Add(shape, results, tile, TileOutputs);
        }
        return all;
    }

    private static bool Chain(in TruncatedShape shape, int count, int columns, float* left, uint* leftCodes, float* right, byte* rightCodes, float* tile, int blocks)
    {
        bool together = Together(shape, count, columns);
        int done = !together ? count : count > 4 ? 8 : 4;
        return TruncatedKernels.Rows(together, shape, done, left, leftCodes, right, rightCodes, tile, blocks, columns);
    }

    // With AVX-512 one instruction broadcasts and multiplies, so four rows at once are faster unless only one or two are wanted. Without it, single rows
    // are faster, unless one of their last four registers (32 columns) is not wanted, or the end of a block takes most of the time.
    private static bool Together(in TruncatedShape shape, int count, int columns) =>
        count > 2 && (Processor.Width == VectorWidth.Bits512 || shape.RoundsDown || (columns - 1) % 32 < 24);

    // False where an addend is outside what the kernel takes.
    private bool Start(float* tile, int group, int panel)
    {
        new Span<float>(tile, TileOutputs).Clear();
        if (c == null)
        {
            return true;
        }
        bool all = true;
        float scale = MathF.ScaleB(1, -shape.Offset);
        float lowest = MathF.ScaleB(1, shape.LowestAddend), highest = MathF.ScaleB(1, TruncatedShape.HighestAddend);
        int count = Math.Min(PackedRows.GroupRows, rows - (group * PackedRows.GroupRows));
        int columns = Math.Min(PackedColumns.PanelColumns, b.Columns - (panel * PackedColumns.PanelColumns));
        for (int row = 0; row < count; row++)
        {
            float* line = c + ((((long)group * PackedRows.GroupRows) + row) * b.Columns) + ((long)panel * PackedColumns.PanelColumns);
            for (int column = 0; column < columns; column++)
            {
                float value = line[column];
                float magnitude = MathF.Abs(value);
                // The bits, because a negative zero can make the sum of nothing but zeros negative.
                bool taken = BitConverter.SingleToInt32Bits(value) == 0 || (magnitude >= lowest && magnitude < highest);
                all &= taken;
                tile[(row * PackedColumns.PanelColumns) + column] = taken ? value * scale : 0;
            }
        }
        return all;
    }

    private void Finish(float* tile, int group, int panel)
    {
        Vector256<float> scale = Vector256.Create(MathF.ScaleB(1, shape.Offset));
        int count = Math.Min(PackedRows.GroupRows, rows - (group * PackedRows.GroupRows));
        int columns = Math.Min(PackedColumns.PanelColumns, b.Columns - (panel * PackedColumns.PanelColumns));
        for (int row = 0; row < count; row++)
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

    /// <summary>What one thread works in.</summary>
    private sealed class Scratch(TruncatedShape shape, int groups, PackedColumns b, int panels) : IDisposable
    {
        public int RowBlock { get; set; } = -1;

        public PackedRows Rows { get; } = new(shape, groups, b.Terms);

        public PackedTiles? Widened { get; } = b.IsNarrow ? new PackedTiles(1) : null;

        public AlignedBuffer<float> Sums { get; } = new((long)groups * Math.Min(panels, b.Panels) * TileOutputs);

        public void Dispose()
        {
            Rows.Dispose();
            Widened?.Dispose();
            Sums.Dispose();
        }
    }
}
