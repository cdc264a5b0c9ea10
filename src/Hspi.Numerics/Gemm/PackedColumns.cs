using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>The right operand, panel by panel of 64 columns, each chunk by chunk of 64 terms: as the kernel reads it, or at rest.</summary>
internal sealed unsafe class PackedColumns : IDisposable
{
    public const int PanelColumns = PackedTiles.Columns;

    // Lanes that are packed at once.
    private const int LaneGroup = 32;

    private const int CacheLine = 64;

    // Set where a significand is 1.5 or more; with fewer than 15 of 16 such, a block sums to 31 at most.
    private const int FirstFractionBit = 1 << 22;
    private const int FewestLarge = 14;

    private readonly PackedTiles? _tiles;
    private readonly NarrowTiles? _narrow;
    private readonly Dictionary<int, float[]> _refusedTerms = [];
    private readonly float _toTrueScale;
    private readonly TermOrder _order;
    private float[]? _given;
    private float[] _scales = [];

    private PackedColumns(in TruncatedShape shape, int columns, int terms, bool narrow)
    {
        _toTrueScale = MathF.ScaleB(1, shape.Offset);
        _order = shape.Order;
        Columns = columns;
        Terms = terms;
        Chunks = (terms + PackedRows.ChunkTerms - 1) / PackedRows.ChunkTerms;
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        _narrow = narrow ? new NarrowTiles(shape, (long)Panels * Chunks) : null;
        _tiles = narrow ? null : new PackedTiles((long)Panels * Chunks);
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

    /// <summary>Whether tiles must be widened before they are multiplied.</summary>
    public bool IsNarrow => _narrow is not null;

    /// <summary>The tile that the kernel reads.</summary>
    /// <param name="panel">Its columns.</param>
    /// <param name="chunk">Its terms.</param>
    /// <param name="widened">One tile, overwritten where operands are at rest; not needed elsewhere.</param>
    /// <param name="values">Its operands.</param>
    /// <param name="exponents">Their codes.</param>
    public void Tile(int panel, int chunk, PackedTiles? widened, out float* values, out byte* exponents)
    {
        long tile = At(panel, chunk);
        if (_narrow is not null)
        {
            _narrow.Widen(tile, Math.Min(PackedRows.ChunkTerms, Places - (chunk * PackedRows.ChunkTerms)), widened!);
            tile = 0;
        }
        PackedTiles tiles = _tiles ?? widened!;
        values = tiles.Values(tile);
        exponents = tiles.Exponents(tile);
    }

    /// <summary>Has one part of many of a tile fetched into the cache: it comes from far away, and arrives while groups of rows use another.</summary>
    public void Prefetch(int panel, int chunk, int part, int parts)
    {
        long tile = At(panel, chunk);
        if (_narrow is not null)
        {
            Prefetch((byte*)_narrow.Words(tile), PackedTiles.Operands * sizeof(ushort), part, parts);
            return;
        }
        Prefetch((byte*)_tiles!.Values(tile), PackedTiles.Operands * sizeof(float), part, parts);
        Prefetch(_tiles.Exponents(tile), PackedTiles.Operands, part, parts);
    }

    /// <summary>Packs <paramref name="b"/>, [terms, columns] row-major.</summary>
    /// <param name="shape">The unit.</param>
    /// <param name="b">The operands.</param>
    /// <param name="terms">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">[blocks, columns]: powers of two; or nothing.</param>
    /// <param name="narrow">Whether to keep it at rest, where the unit's operands can be.</param>
    public static PackedColumns Pack(
        in TruncatedShape shape, ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales = default, bool narrow = false)
    {
        var packed = new PackedColumns(shape, columns, terms, narrow && NarrowTiles.Hold(shape));
        if (!scales.IsEmpty)
        {
            // The plain path needs operands and scales apart.
            packed._given = b.ToArray();
            packed._scales = scales.ToArray();
        }
        using PackedTiles? wide = packed._narrow is null ? null : new PackedTiles(packed.Chunks);
        for (int panel = 0; panel < packed.Panels; panel++)
        {
            packed.PackPanel(shape, b, scales, panel, packed._tiles ?? wide!, packed._tiles is null ? 0 : packed.At(panel, 0));
            for (int chunk = 0; wide is not null && chunk < packed.Chunks; chunk++)
            {
                packed._narrow!.Put(packed.At(panel, chunk), wide.Values(chunk));
            }
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
                long tile = At(column / PanelColumns, place / PackedRows.ChunkTerms);
                int at = (place % PackedRows.ChunkTerms * PanelColumns) + (column % PanelColumns);
                terms[k] = _narrow is null ? _tiles!.Values(tile)[at] * _toTrueScale : _narrow.Operand(tile, at);
            }
        }
    }

    public void Dispose()
    {
        _tiles?.Dispose();
        _narrow?.Dispose();
    }

    // The kernel reads no term behind the last step.
    private int Places => Math.Min(Chunks * PackedRows.ChunkTerms, (Terms + PackedRows.MostStepTerms - 1) & -PackedRows.MostStepTerms);

    private long At(int panel, int chunk) => ((long)panel * Chunks) + chunk;

    private static void Prefetch(byte* source, int bytes, int part, int parts)
    {
        if (Sse.IsSupported)
        {
            int share = (bytes + parts - 1) / parts;
            for (int at = part * share; at < Math.Min(bytes, (part + 1) * share); at += CacheLine)
            {
                Sse.Prefetch1(source + at);
            }
        }
    }

    // Into the tiles from firstTile on.
    private void PackPanel(in TruncatedShape shape, ReadOnlySpan<float> b, ReadOnlySpan<float> scales, int panel, PackedTiles into, long firstTile)
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
        // Of columns that are not there, the kernel reads only that they are zeros.
        int lanes = (width + LaneGroup - 1) / LaneGroup * LaneGroup;
        for (int place = 0; place < Places; place++)
        {
            int k = shape.Order.Source(place);
            float* values = into.Values(firstTile) + (place * PanelColumns);
            byte* exponents = into.Exponents(firstTile) + (place * PanelColumns);
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
                ClearColumn(shape, into, firstTile, column);
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

    private void ClearColumn(in TruncatedShape shape, PackedTiles into, long firstTile, int column)
    {
        byte zero = ZeroCode(shape);
        int exponentColumn = CodeOrder.IsInterleaved(shape) ? CodeOrder.Place(column) : column;
        for (int place = 0; place < Places; place++)
        {
            into.Values(firstTile)[(place * PanelColumns) + column] = 0;
            into.Exponents(firstTile)[(place * PanelColumns) + exponentColumn] = zero;
        }
    }
}
