using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Exact;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Ieee;

/// <summary>The whole product on a unit made of FP32 operations. Infinities and NaN are IEEE's, and a result that is not a number becomes
/// the unit's own NaN.</summary>
internal sealed unsafe class IeeeProduct(MatrixUnit unit, int rows, float* a, int stride, IeeePanels b, float* c, float* d)
{
    private const int GroupRows = ExactKernels.Rows;
    private const int BlockRows = 128;

    // How many terms are proven exact at a time. Few, so that a very small or large operand spoils few sums, and so that the lines of a panel that eight
    // rows read stay in the first-level cache.
    private const int ExactTerms = 64;
    private const int ExactTermsOfRow = 256;

    // A multiple of both, and 64 KB.
    private const int WidenedTerms = 256;
    private const int TileOutputs = GroupRows * IeeePanels.PanelColumns;

    private readonly float _nan = BitConverter.UInt32BitsToSingle((uint)unit.NanBits);

    /// <summary>Writes d [rows, columns] = c + a·b, where a null c is zero and a's rows start <c>stride</c> values apart.</summary>
    public void Run(int degreeOfParallelism)
    {
        int padded = b.PaddedTerms;
        int blockRows = Math.Min(BlockRows, (rows + GroupRows - 1) / GroupRows * GroupRows);
        using var left = new AlignedBuffer<float>((long)blockRows * padded);
        using var wide = new AlignedBuffer<double>(b.Shape.IsExact ? (long)blockRows * padded : 0);
        using var magnitudes = new TermMagnitudes(b.Shape.IsExact ? blockRows / GroupRows : 0, padded);
        for (int first = 0; first < rows; first += BlockRows)
        {
            int count = Math.Min(BlockRows, rows - first);
            var ranges = new MagnitudeRange[(count + GroupRows - 1) / GroupRows];
            for (int group = 0; group < ranges.Length; group++)
            {
                float* target = left.Pointer + ((long)group * GroupRows * padded);
                int members = Math.Min(GroupRows, count - (group * GroupRows));
                ranges[group] = Fill(target, first + (group * GroupRows), members);
                if (b.Shape.IsExact)
                {
                    magnitudes.TakeRows(group, target, members, padded);
                    Widen(target, wide.Pointer + (target - left.Pointer), members, padded);
                }
            }
            // Copies for the body of the loop, which cannot capture what is disposed of at the end.
            float* packed = left.Pointer;
            double* widened = wide.Pointer;
            TermMagnitudes taken = magnitudes;
            int start = first;
            ParallelLoop.Run(b.Panels, degreeOfParallelism, panel => Panel(packed, widened, ranges, taken, start, panel));
        }
    }

    // Where eight rows are computed at once and fewer are there, the others are zeros. Their outputs are dropped.
    private MagnitudeRange Fill(float* target, int first, int count)
    {
        var operands = new IeeeOperands(b.Shape);
        Span<float> tail = stackalloc float[Vector256<float>.Count];
        int computed = count > IeeeKernels.SingleRows ? GroupRows : count;
        for (int row = 0; row < computed; row++, target += b.PaddedTerms)
        {
            if (row >= count)
            {
                new Span<float>(target, b.PaddedTerms).Clear();
                continue;
            }
            var source = new ReadOnlySpan<float>(a + ((long)(first + row) * stride), b.Terms);
            int k = 0;
            for (; k <= b.Terms - Vector256<float>.Count; k += Vector256<float>.Count)
            {
                operands.Read(Vector256.Create(source[k..])).Store(target + k);
            }
            tail.Clear();
            source[k..].CopyTo(tail);
            operands.Read(Vector256.Create<float>(tail)).CopyTo(tail);
            tail[..(b.PaddedTerms - k)].CopyTo(new Span<float>(target + k, b.PaddedTerms - k));
        }
        return operands.TakeRange();
    }

    // Exact sums are made in FP64, from lines of one term of all rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(float* source, double* target, int rows, int terms)
    {
        for (int k = 0; k < terms; k++, source++, target += GroupRows)
        {
            for (int row = 0; row < rows; row += Vector256<double>.Count)
            {
                float* first = source + ((long)row * terms);
                Vector256.Create(first[0], first[terms], (double)first[2 * terms], first[3 * terms]).Store(target + row);
            }
        }
    }

    private void Panel(float* left, double* wide, MagnitudeRange[] ranges, TermMagnitudes magnitudes, int firstRow, int panel)
    {
        float* tile = stackalloc float[TileOutputs + 16];
        tile = (float*)(((nuint)tile + 63) & ~(nuint)63);
        int columns = Math.Min(IeeePanels.PanelColumns, b.Columns - (panel * IeeePanels.PanelColumns));

        // A panel is widened once for several groups of rows. For a single group, only as much at a time as stays in the cache.
        bool atOnce = ranges.Length > 1 || !b.IsNarrow;
        using var widened = new AlignedBuffer<float>(b.IsNarrow ? (long)IeeePanels.PanelColumns * (atOnce ? b.PaddedTerms : WidenedTerms) : 0);
        float* lines = atOnce ? b.Lines(panel, 0, b.PaddedTerms, widened.Pointer) : widened.Pointer;
        int most = atOnce ? b.PaddedTerms : WidenedTerms;
        for (int group = 0; group < ranges.Length; group++)
        {
            int first = firstRow + (group * GroupRows);
            int count = Math.Min(GroupRows, rows - first);
            long packed = (long)group * GroupRows * b.PaddedTerms;
            float lowest = Start(tile, first, count, panel, columns);
            bool flushes = !b.Shape.IsExact && (lowest < IeeeShape.LowestAddend || !b.Shape.NeverFlushes(ranges[group], b.Range(panel)));
            for (int k = 0; k < b.PaddedTerms; k += most)
            {
                int terms = Math.Min(most, b.PaddedTerms - k);
                float* right = atOnce ? lines : b.Lines(panel, k, terms, lines);
                if (b.Shape.IsExact)
                {
                    Exact(tile, wide + packed, magnitudes, group, count, panel, columns, right, k, terms);
                }
                else
                {
                    IeeeKernels.Run(b.Shape.Steps, flushes, count, left + packed + k, b.PaddedTerms, right, tile, terms, columns);
                }
            }
            Finish(tile, first, count, panel, columns);
        }
    }

    // So many terms from one on, whose lines of the right operand are given.
    private void Exact(
        float* tile, double* packed, TermMagnitudes left, int group, int count, int panel, int columns, float* right, int first, int terms)
    {
        int most = count == 1 ? ExactTermsOfRow : ExactTerms;
        for (int k = 0; k < terms; k += most)
        {
            int part = Math.Min(most, terms - k);
            ExactSums sums = b.Shape.SumsOf(left, group, b.Magnitudes, panel, first + k, part, Magnitudes(tile, count));
            ExactKernels.Run(
                b.Shape.Terms, sums, count, packed + ((long)(first + k) * GroupRows), right + (k * IeeePanels.PanelColumns), tile, part, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static MagnitudeRange Magnitudes(float* tile, int count)
    {
        var lanes = new MagnitudeLanes();
        for (int i = 0; i < count * IeeePanels.PanelColumns; i += Vector256<float>.Count)
        {
            lanes.Take(Vector256.Load(tile + i));
        }
        return lanes.Range;
    }

    // The smallest magnitude of an addend that is not zero; infinite if there is none.
    private float Start(float* tile, int first, int count, int panel, int columns)
    {
        new Span<float>(tile, TileOutputs).Clear();
        float lowest = float.PositiveInfinity;
        for (int row = 0; c != null && row < count; row++)
        {
            float* source = c + ((long)(first + row) * b.Columns) + (panel * IeeePanels.PanelColumns);
            for (int column = 0; column < columns; column++)
            {
                float value = source[column];
                lowest = value != 0 && MathF.Abs(value) < lowest ? MathF.Abs(value) : lowest;
                tile[(row * IeeePanels.PanelColumns) + column] = b.Shape.IsFlushed && float.IsSubnormal(value) ? 0f : value;
            }
        }
        return lowest;
    }

    private void Finish(float* tile, int first, int count, int panel, int columns)
    {
        Vector256<float> nan = Vector256.Create(_nan);
        for (int row = 0; row < count; row++)
        {
            float* source = tile + (row * IeeePanels.PanelColumns);
            float* target = d + ((long)(first + row) * b.Columns) + (panel * IeeePanels.PanelColumns);
            int column = 0;
            for (; column + Vector256<float>.Count <= columns; column += Vector256<float>.Count)
            {
                Vector256<float> value = Vector256.Load(source + column);
                Vector256.ConditionalSelect(Vector256.Equals(value, value), value, nan).Store(target + column);
            }
            for (; column < columns; column++)
            {
                target[column] = float.IsNaN(source[column]) ? _nan : source[column];
            }
        }
    }
}
