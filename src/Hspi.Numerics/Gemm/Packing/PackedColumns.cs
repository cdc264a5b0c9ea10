using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Gemm.Truncated;

namespace Hspi.Numerics.Gemm.Packing;

/// <summary>The right operand, in panels of 64 columns and chunks of 64 terms: as the kernel reads it, or in 2 bytes each (<see cref="NarrowTiles"/>).</summary>
internal sealed unsafe class PackedColumns : IGivenColumns, IDisposable
{
    public const int PanelColumns = PackedTiles.Columns;

    // Lanes that are packed at once.
    private const int LaneGroup = 32;

    private const int CacheLine = 64;

    // This bit is set where a significand is 1.5 or more. With fewer than 15 such significands among 16, they sum to 31 at most.
    private const int FirstFractionBit = 1 << 22;
    private const int FewestLarge = 14;

    private readonly PackedTiles? _tiles;
    private readonly NarrowTiles? _narrow;
    private readonly Dictionary<int, float[]> _refusedTerms = [];
    private readonly float _toTrueScale;
    private readonly TermOrder _order;

    // Terms that are packed, zeros behind the last one included: the kernel reads whole steps.
    private readonly int _places;
    private GivenColumns? _given;

    private PackedColumns(in TruncatedShape shape, int columns, int terms, bool narrow)
    {
        _toTrueScale = MathF.ScaleB(1, shape.Offset);
        _order = shape.Order;
        Columns = columns;
        Terms = terms;
        Chunks = (terms + PackedRows.ChunkTerms - 1) / PackedRows.ChunkTerms;
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        _places = Math.Min(Chunks * PackedRows.ChunkTerms, (terms + PackedRows.MostStepTerms - 1) & -PackedRows.MostStepTerms);
        _narrow = narrow ? new NarrowTiles(shape, (long)Panels * Chunks) : null;
        _tiles = narrow ? null : new PackedTiles((long)Panels * Chunks);
        States = new RowState[Panels * PanelColumns];
    }

    public int Columns { get; }
    public int Terms { get; }
    public int Chunks { get; }
    public int Panels { get; }

    public int ScalesPerColumn => _given?.ScalesPerColumn ?? 0;

    /// <summary>What the kernel can do with each column; refused ones are packed as zeros.</summary>
    public RowState[] States { get; }

    /// <summary>Whether tiles must be widened before they are multiplied.</summary>
    public bool IsNarrow => _narrow is not null;

    /// <summary>The tile that the kernel reads.</summary>
    /// <param name="panel">Its columns.</param>
    /// <param name="chunk">Its terms.</param>
    /// <param name="widened">One tile, overwritten where <see cref="IsNarrow"/>; not needed elsewhere.</param>
    /// <param name="values">Its operands.</param>
    /// <param name="exponents">Their codes.</param>
    public void Tile(int panel, int chunk, PackedTiles? widened, out float* values, out byte* exponents)
    {
        long tile = At(panel, chunk);
        if (_narrow is not null)
        {
            _narrow.Widen(tile, Math.Min(PackedRows.ChunkTerms, _places - (chunk * PackedRows.ChunkTerms)), widened!);
            tile = 0;
        }
        PackedTiles tiles = _tiles ?? widened!;
        values = tiles.Values(tile);
        exponents = tiles.Exponents(tile);
    }

    /// <summary>Asks the processor to fetch one part of a tile into its cache. It arrives while the kernel works with another tile.</summary>
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
    /// <param name="narrow">Whether operands take 2 bytes each, where 2 bytes hold them.</param>
    public static PackedColumns Pack(
        in TruncatedShape shape, ReadOnlySpan<float> b, int terms, int columns, ReadOnlySpan<float> scales = default, bool narrow = false)
    {
        var packed = new PackedColumns(shape, columns, terms, narrow && NarrowTiles.Hold(shape));
        if (!scales.IsEmpty)
        {
            // The plain definition needs operands and scales apart.
            packed._given = new GivenColumns(b, terms, columns, scales);
        }
        using PackedTiles? wide = packed._narrow is null ? null : new PackedTiles(packed.Chunks);
        for (int panel = 0; panel < packed.Panels; panel++)
        {
            if (wide is null)
            {
                packed.PackPanel(shape, b, scales, panel, packed._tiles!.Values(packed.At(panel, 0)), packed._tiles.Exponents(packed.At(panel, 0)));
                continue;
            }
            packed.PackPanel(shape, b, scales, panel, wide.Values(0), wide.Exponents(0));
            for (int chunk = 0; chunk < packed.Chunks; chunk++)
            {
                packed._narrow!.Put(packed.At(panel, chunk), wide.Values(chunk));
            }
        }
        return packed;
    }

    public void CopyColumn(int column, Span<float> terms, Span<float> scales)
    {
        if (_given is not null)
        {
            _given.CopyColumn(column, terms, scales);
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

    private long At(int panel, int chunk) => ((long)panel * Chunks) + chunk;

    private static void Prefetch(byte* source, int bytes, int part, int parts)
    {
        if (Processor.HasPrefetch)
        {
            int share = (bytes + parts - 1) / parts;
            for (int at = part * share; at < Math.Min(bytes, (part + 1) * share); at += CacheLine)
            {
                Sse.Prefetch1(source + at);
            }
        }
    }

    private void PackPanel(in TruncatedShape shape, ReadOnlySpan<float> b, ReadOnlySpan<float> scales, int panel, float* values, byte* exponents)
    {
        var codes = new OperandCodes(shape, shape.Right);
        int first = panel * PanelColumns;
        int width = Math.Min(PanelColumns, Columns - first);
        Span<int> refused = stackalloc int[PanelColumns];
        Span<int> mostLarge = stackalloc int[PanelColumns];
        fixed (float* source = b)
        {
            for (int lane = 0; lane < PanelColumns; lane += LaneGroup)
            {
                PackLanes(
                    shape, codes, source + first + lane, Math.Clamp(width - lane, 0, LaneGroup), values + lane, exponents + lane, refused[lane..], mostLarge[lane..]);
            }
        }
        if (!scales.IsEmpty)
        {
            Span<float> blockScales = stackalloc float[PanelColumns];
            blockScales.Clear();
            for (int k = 0; k < Terms; k++)
            {
                if (k % shape.Terms == 0)
                {
                    scales.Slice((k / shape.Terms * Columns) + first, width).CopyTo(blockScales);
                }
                Scale(codes, _toTrueScale, blockScales, values + (k * PanelColumns), exponents + (k * PanelColumns), refused);
            }
        }
        int interleaved = CodeOrder.IsInterleaved(shape) ? _places : 0;
        for (int place = 0; place < interleaved; place++)
        {
            CodeOrder.Interleave(exponents + (place * PanelColumns));
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
                ClearColumn(shape, values, exponents, column);
            }
        }
    }

    // 32 columns of a panel over all terms, of which `width` are there and the others zeros. Told of each: whether it is refused, and how
    // many large significands a block holds at most, times FirstFractionBit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackLanes(
        in TruncatedShape shape, in OperandCodes codes, float* source, int width, float* values, byte* exponents, Span<int> refused, Span<int> mostLarge)
    {
        Vector256<float> scale = Vector256.Create(MathF.ScaleB(1, -shape.Offset));
        Vector256<int> firstBit = Vector256.Create(FirstFractionBit);
        Vector256<int> bad0 = Vector256<int>.Zero, bad1 = bad0, bad2 = bad0, bad3 = bad0;
        Vector256<int> large0 = bad0, large1 = bad0, large2 = bad0, large3 = bad0, most0 = bad0, most1 = bad0, most2 = bad0, most3 = bad0;
        float* line = stackalloc float[LaneGroup];
        new Span<float>(line, LaneGroup).Clear();
        int places = width == 0 ? 0 : _places;
        for (int place = 0; place < places; place++, values += PanelColumns, exponents += PanelColumns)
        {
            int k = shape.Order.Source(place);
            float* from = source + ((long)k * Columns);
            if (k >= Terms || width < LaneGroup)
            {
                new Span<float>(line, width).Clear();
                new ReadOnlySpan<float>(from, k < Terms ? width : 0).CopyTo(new Span<float>(line, LaneGroup));
                from = line;
            }
            Vector256<float> value0 = codes.Read(Vector256.Load(from)), value1 = codes.Read(Vector256.Load(from + 8));
            Vector256<float> value2 = codes.Read(Vector256.Load(from + 16)), value3 = codes.Read(Vector256.Load(from + 24));
            bad0 |= codes.Refused(value0);
            bad1 |= codes.Refused(value1);
            bad2 |= codes.Refused(value2);
            bad3 |= codes.Refused(value3);
            (value0 * scale).Store(values);
            (value1 * scale).Store(values + 8);
            (value2 * scale).Store(values + 16);
            (value3 * scale).Store(values + 24);
            OperandCodes.Bytes(codes.Right(value0), codes.Right(value1), codes.Right(value2), codes.Right(value3)).Store(exponents);
            if (!shape.CanOverflow)
            {
                continue;
            }
            large0 += value0.AsInt32() & firstBit;
            large1 += value1.AsInt32() & firstBit;
            large2 += value2.AsInt32() & firstBit;
            large3 += value3.AsInt32() & firstBit;
            if (((place + 1) & (shape.Terms - 1)) == 0)
            {
                most0 = Vector256.Max(most0, large0);
                most1 = Vector256.Max(most1, large1);
                most2 = Vector256.Max(most2, large2);
                most3 = Vector256.Max(most3, large3);
                large0 = large1 = large2 = large3 = Vector256<int>.Zero;
            }
        }
        for (int place = places; place < _places; place++, values += PanelColumns, exponents += PanelColumns)
        {
            Vector256<float>.Zero.Store(values);
            Vector256<float>.Zero.Store(values + 8);
            Vector256<float>.Zero.Store(values + 16);
            Vector256<float>.Zero.Store(values + 24);
            Vector256<byte>.Zero.Store(exponents);
        }
        bad0.CopyTo(refused);
        bad1.CopyTo(refused[8..]);
        bad2.CopyTo(refused[16..]);
        bad3.CopyTo(refused[24..]);
        most0.CopyTo(mostLarge);
        most1.CopyTo(mostLarge[8..]);
        most2.CopyTo(mostLarge[16..]);
        most3.CopyTo(mostLarge[24..]);
    }

    // One line of operands that are packed already: values and codes move by their block's exponent.
    private static void Scale(in OperandCodes codes, float toTrueScale, ReadOnlySpan<float> scales, float* values, byte* exponents, Span<int> refused)
    {
        for (int lane = 0; lane < PanelColumns; lane += 8)
        {
            Vector256<float> value = Vector256.Load(values + lane) * toTrueScale, scale = Vector256.Create(scales[lane..]);
            Vector256<int> exponent = OperandCodes.Exponent(scale);
            Vector256<int> bad = codes.RefusedScaled(value, exponent) | ~Vector256.Equals(scale, scale).AsInt32();
            (Vector256.Create<int>(refused[lane..]) | bad).CopyTo(refused[lane..]);
            (Vector256.Load(values + lane) * scale).Store(values + lane);
            for (int i = 0; i < 8; i++)
            {
                exponents[lane + i] = value[i] == 0 ? exponents[lane + i] : (byte)(exponents[lane + i] + exponent[i]);
            }
        }
    }

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

    private void ClearColumn(in TruncatedShape shape, float* values, byte* exponents, int column)
    {
        int exponentColumn = CodeOrder.IsInterleaved(shape) ? CodeOrder.Place(column) : column;
        for (int place = 0; place < _places; place++)
        {
            values[(place * PanelColumns) + column] = 0;
            exponents[(place * PanelColumns) + exponentColumn] = 0;
        }
    }
}
