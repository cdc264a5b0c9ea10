using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>The right operand as the kernel reads it: 64 columns at a time, 64 terms at a time.</summary>
/// <remarks><code>
/// panel of 64 columns   chunk of 64 terms   term 0: b[0..63] | term 1: b[64..127] | ...      floats, times 2^-Offset
///                                           and the same again: exponent codes, one byte each (CodeOrder)
/// </code></remarks>
internal sealed unsafe class PackedColumns : IDisposable
{
    public const int PanelColumns = 64;
    public const int TileTerms = PanelColumns * PackedRows.ChunkTerms;

    private readonly AlignedBuffer<float> _values;
    private readonly AlignedBuffer<byte> _exponents;
    private readonly Dictionary<int, float[]> _refusedTerms = [];
    private readonly float _toTrueScale;
    private readonly TermOrder _order;
    private float[]? _given;
    private float[] _scales = [];

    private PackedColumns(in TruncatedShape shape, int columns, int terms)
    {
        _toTrueScale = MathF.ScaleB(1, shape.Offset);
        _order = shape.Order;
        Columns = columns;
        Terms = terms;
        Chunks = (terms + PackedRows.ChunkTerms - 1) / PackedRows.ChunkTerms;
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        _values = new AlignedBuffer<float>((long)Panels * Chunks * TileTerms);
        _exponents = new AlignedBuffer<byte>((long)Panels * Chunks * TileTerms);
        States = new RowState[Panels * PanelColumns];
    }

    public int Columns { get; }
    public int Terms { get; }
    public int Chunks { get; }
    public int Panels { get; }

    /// <summary>How many block scales a column was given; 0 if none.</summary>
    public int ScalesPerColumn => _scales.Length / Columns;

    /// <summary>What the kernel can do with each column; refused ones are packed as zeros.</summary>
    public RowState[] States { get; }

    public float* Values(int panel, int chunk) => _values.Pointer + (((long)panel * Chunks) + chunk) * TileTerms;

    public byte* Exponents(int panel, int chunk) => _exponents.Pointer + (((long)panel * Chunks) + chunk) * TileTerms;

    /// <summary>Packs <paramref name="b"/>, [terms, columns] row-major.</summary>
    /// <param name="shape">The unit.</param>
    /// <param name="b">The operands.</param>
    /// <param name="terms">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">[blocks, columns]: powers of two; or nothing.</param>
    public static PackedColumns Pack(in TruncatedShape shape, ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales = default)
    {
        var packed = new PackedColumns(shape, columns, terms);
        if (!scales.IsEmpty)
        {
            // The plain path needs operands and scales apart.
            packed._given = b.ToArray();
            packed._scales = scales.ToArray();
        }
        for (int panel = 0; panel < packed.Panels; panel++)
        {
            packed.PackPanel(shape, b, scales, panel);
        }
        return packed;
    }

    /// <summary>One column as it was given, for the plain path.</summary>
    public void CopyColumn(int column, Span<float> terms, Span<float> scales)
    {
        for (int block = 0; block < scales.Length; block++)
        {
            scales[block] = _scales[(block * Columns) + column];
        }
        if (_given is not null)
        {
            for (int k = 0; k < Terms; k++)
            {
                terms[k] = _given[(k * Columns) + column];
            }
            return;
        }
        if (_refusedTerms.TryGetValue(column, out float[]? kept))
        {
            kept.CopyTo(terms);
            return;
        }
        for (int place = 0; place < Chunks * PackedRows.ChunkTerms; place++)
        {
            int k = _order.Source(place);
            if (k < Terms)
            {
                float* line = Values(column / PanelColumns, place / PackedRows.ChunkTerms) + (place % PackedRows.ChunkTerms * PanelColumns);
                terms[k] = line[column % PanelColumns] * _toTrueScale;
            }
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        _exponents.Dispose();
    }

    private void PackPanel(in TruncatedShape shape, ReadOnlySpan<float> b, ReadOnlySpan<float> scales, int panel)
    {
        var codes = new OperandCodes(shape, shape.Right);
        bool interleaved = CodeOrder.IsInterleaved(shape);
        int first = panel * PanelColumns;
        int width = Math.Min(PanelColumns, Columns - first);
        Vector256<float> scale = Vector256.Create(MathF.ScaleB(1, -shape.Offset));
        Span<int> refused = stackalloc int[PanelColumns];
        Span<float> weight = stackalloc float[PanelColumns];
        Span<float> heaviest = stackalloc float[PanelColumns];
        Span<float> line = stackalloc float[PanelColumns];
        refused.Clear();
        weight.Clear();
        heaviest.Clear();
        line.Clear();
        Span<float> blockScales = stackalloc float[PanelColumns];
        blockScales.Clear();
        for (int place = 0; place < Chunks * PackedRows.ChunkTerms; place++)
        {
            int k = shape.Order.Source(place);
            float* values = Values(panel, place / PackedRows.ChunkTerms) + (place % PackedRows.ChunkTerms * PanelColumns);
            byte* exponents = Exponents(panel, place / PackedRows.ChunkTerms) + (place % PackedRows.ChunkTerms * PanelColumns);
            ReadOnlySpan<float> source = line;
            if (k < Terms && width == PanelColumns)
            {
                source = b.Slice(checked((k * Columns) + first), PanelColumns);
            }
            else if (k < Terms)
            {
                b.Slice(checked((k * Columns) + first), width).CopyTo(line);
            }
            else
            {
                line.Clear();
            }
            if (shape.CanOverflow && place % shape.Terms == 0)
            {
                weight.Clear();
            }
            for (int lane = 0; lane < PanelColumns; lane += 32)
            {
                ref float four = ref MemoryMarshal.GetReference(source[lane..]);
                ref int bad = ref refused[lane];
                Vector256<int> code0 = Lane(codes, ref four, values + lane, scale, ref bad);
                Vector256<int> code1 = Lane(codes, ref Unsafe.Add(ref four, 8), values + lane + 8, scale, ref Unsafe.Add(ref bad, 8));
                Vector256<int> code2 = Lane(codes, ref Unsafe.Add(ref four, 16), values + lane + 16, scale, ref Unsafe.Add(ref bad, 16));
                Vector256<int> code3 = Lane(codes, ref Unsafe.Add(ref four, 24), values + lane + 24, scale, ref Unsafe.Add(ref bad, 24));
                Vector256.Narrow(
                    Vector256.Narrow(code0, code1).AsUInt16(),
                    Vector256.Narrow(code2, code3).AsUInt16()).Store(exponents + lane);
            }
            if (!scales.IsEmpty)
            {
                if (place % shape.Terms == 0 && k < Terms)
                {
                    scales.Slice((k / shape.Terms * Columns) + first, width).CopyTo(blockScales);
                }
                Scale(codes, source, blockScales, values, exponents, refused);
            }
            if (interleaved)
            {
                CodeOrder.Interleave(exponents);
            }
            if (shape.CanOverflow)
            {
                for (int lane = 0; lane < PanelColumns; lane += 8)
                {
                    Vector256<float> sum = Vector256.Create<float>(weight[lane..]) + OperandCodes.Significand(Vector256.Create(source[lane..]));
                    sum.CopyTo(weight[lane..]);
                    Vector256.Max(Vector256.Create<float>(heaviest[lane..]), sum).CopyTo(heaviest[lane..]);
                }
            }
        }
        for (int column = 0; column < width; column++)
        {
            States[first + column] = refused[column] != 0 ? RowState.Refused
                : heaviest[column] > OperandCodes.HeavyWeight ? RowState.Heavy
                : RowState.Taken;
            if (refused[column] != 0)
            {
                var terms = new float[Terms];
                for (int k = 0; k < Terms; k++)
                {
                    terms[k] = b[(k * Columns) + first + column];
                }
                _refusedTerms[first + column] = terms;
                ClearColumn(shape, panel, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Lane(in OperandCodes codes, ref float source, float* values, Vector256<float> scale, ref int refused)
    {
        Vector256<float> value = codes.Read(Vector256.LoadUnsafe(ref source));
        (Vector256.LoadUnsafe(ref refused) | codes.Refused(value)).StoreUnsafe(ref refused);
        (value * scale).Store(values);
        return codes.Right(value);
    }

    // One line of operands that are packed already: values and codes move by their block's exponent.
    private static void Scale(in OperandCodes codes, ReadOnlySpan<float> source, ReadOnlySpan<float> scales, float* values, byte* exponents, Span<int> refused)
    {
        for (int lane = 0; lane < PanelColumns; lane += 8)
        {
            Vector256<float> value = Vector256.Create(source[lane..]), scale = Vector256.Create(scales[lane..]);
            Vector256<int> exponent = OperandCodes.Exponent(scale);
            Vector256<int> bad = codes.RefusedScaled(value, exponent) | ~Vector256.Equals(scale, scale).AsInt32();
            (Vector256.Create<int>(refused[lane..]) | bad).CopyTo(refused[lane..]);
            (Vector256.Load(values + lane) * scale).Store(values + lane);
            for (int i = 0; i < 8; i++)
            {
                exponents[lane + i] = value[i] == 0 ? exponents[lane + i] : (byte)(exponents[lane + i] - exponent[i]);
            }
        }
    }

    private void ClearColumn(in TruncatedShape shape, int panel, int column)
    {
        byte zero = (byte)(shape.IsSaturating ? 255 : 0);
        int place = CodeOrder.IsInterleaved(shape) ? CodeOrder.Place(column) : column;
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            float* values = Values(panel, chunk);
            byte* exponents = Exponents(panel, chunk);
            for (int k = 0; k < PackedRows.ChunkTerms; k++)
            {
                values[(k * PanelColumns) + column] = 0;
                exponents[(k * PanelColumns) + place] = zero;
            }
        }
    }
}
