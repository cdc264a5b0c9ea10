namespace Hspi.Numerics.Gemm;

/// <summary>The whole product: the kernel does what it can, the plain definition the rest, output by output.</summary>
internal static unsafe class TruncatedProduct
{
    /// <summary>Writes <paramref name="d"/> [rows, columns] = c + a·b, where an empty <paramref name="c"/> is zero and a's rows start
    /// <paramref name="stride"/> values apart; <paramref name="scales"/> are a's, [rows, blocks], where b has some.</summary>
    public static void Multiply(
        in TruncatedShape shape,
        int rows,
        ReadOnlySpan<float> a,
        int stride,
        ReadOnlySpan<float> scales,
        PackedColumns b,
        ReadOnlySpan<float> c,
        Span<float> d,
        PlainOutputs plain,
        int degreeOfParallelism)
    {
        var states = new RowState[rows];
        int groups = (rows + PackedRows.GroupRows - 1) / PackedRows.GroupRows;
        var exact = new bool[groups * b.Panels];
        fixed (float* left = a, leftScales = scales, addend = c, target = d)
        {
            var work = new TruncatedWork(shape, rows, left, stride, leftScales, b, addend, target, states, exact);
            work.Run(degreeOfParallelism);
        }
        Plain(rows, a, stride, scales, b, c, d, states, exact, plain);
    }

    private static void Plain(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, PackedColumns b, ReadOnlySpan<float> c, Span<float> d,
        RowState[] states, bool[] exact, PlainOutputs plain)
    {
        if (!exact.Contains(false) && states.All(RowState.Taken) && b.States.All(RowState.Taken))
        {
            return;
        }
        float[] terms = new float[b.Terms], columnScales = new float[b.ScalesPerColumn];
        int rowScales = scales.Length / rows;
        for (int column = 0; column < b.Columns; column++)
        {
            bool copied = false;
            for (int row = 0; row < rows; row++)
            {
                bool done = exact[(row / PackedRows.GroupRows * b.Panels) + (column / PackedColumns.PanelColumns)]
                    && states[row] != RowState.Refused && b.States[column] != RowState.Refused
                    && (states[row] != RowState.Heavy || b.States[column] != RowState.Heavy);
                if (done)
                {
                    continue;
                }
                if (!copied)
                {
                    b.CopyColumn(column, terms, columnScales);
                    plain.Column(terms, columnScales);
                    copied = true;
                }
                int at = (row * b.Columns) + column;
                d[at] = plain.Output(a.Slice(row * stride, b.Terms), scales.Slice(row * rowScales, rowScales), c.IsEmpty ? 0 : c[at]);
            }
        }
    }

    private static bool All(this RowState[] states, RowState state) => !states.AsSpan().ContainsAnyExcept(state);
}
