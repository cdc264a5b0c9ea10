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

    // Lanes that are packed at once.
    private const int LaneGroup = 32;

    // Set where a significand is 1.5 or more; with fewer than 15 of 16 such, a block sums to 31 at most.
    private const int FirstFractionBit = 1 << 22;
    private const int FewestLarge = 14;

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
        Span<int> large = stackalloc int[PanelColumns];
        Span<int> mostLarge = stackalloc int[PanelColumns];
        Span<float> line = stackalloc float[PanelColumns];
        refused.Clear();
        large.Clear();
        mostLarge.Clear();
        line.Clear();
        Span<float> blockScales = stackalloc float[PanelColumns];
        blockScales.Clear();
        // The kernel reads no term behind the last step, and of columns that are not there only that they are zeros.
        int places = Math.Min(Chunks * PackedRows.ChunkTerms, (Terms + PackedRows.MostStepTerms - 1) & -PackedRows.MostStepTerms);
        int lanes = (width + LaneGroup - 1) / LaneGroup * LaneGroup;
        for (int place = 0; place < places; place++)
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
                large.Clear();
            }
            if (lanes < PanelColumns)
            {
                new Span<float>(values + lanes, PanelColumns - lanes).Clear();
                new Span<byte>(exponents + lanes, PanelColumns - lanes).Fill(ZeroCode(shape));
            }
            for (int lane = 0; lane < lanes; lane += LaneGroup)
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
                for (int lane = 0; lane < lanes; lane += 8)
                {
                    Vector256<int> count = Vector256.Create<int>(large[lane..]) + (Vector256.Create(source[lane..]).AsInt32() & Vector256.Create(FirstFractionBit));
                    count.CopyTo(large[lane..]);
                    Vector256.Max(Vector256.Create<int>(mostLarge[lane..]), count).CopyTo(mostLarge[lane..]);
                }
            }
        }
        for (int column = 0; column < width; column++)
        {
            States[first + column] = refused[column] != 0 ? RowState.Refused
                : mostLarge[column] > FewestLarge * FirstFractionBit && IsHeavy(shape, b, first + column) ? RowState.Heavy
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

    private static byte ZeroCode(in TruncatedShape shape) => (byte)(shape.IsSaturating ? 255 : 0);

    // Whether the significands of a block sum to more than 31.
    private bool IsHeavy(in TruncatedShape shape, ReadOnlySpan<float> b, int column)
    {
        float weight = 0;
        for (int k = 0; k < Terms; k++)
        {
            float value = b[(k * Columns) + column];
            weight = (k % shape.Terms == 0 ? 0 : weight) + OperandCodes.Significand(Vector256.Create(value)).ToScalar();
            if (weight > OperandCodes.HeavyWeight)
            {
                return true;
            }
        }
        return false;
    }

    private void ClearColumn(in TruncatedShape shape, int panel, int column)
    {
        byte zero = ZeroCode(shape);
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
