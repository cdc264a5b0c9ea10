using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>The right operand as the kernel reads it: 64 columns at a time, 64 terms at a time.</summary>
/// <remarks><code>
/// panel of 64 columns   chunk of 64 terms   term 0: b[0..63] | term 1: b[64..127] | ...      floats, times 2^-Offset
///                                           and the same again: exponent codes, one byte each
/// </code></remarks>
internal sealed unsafe class PackedColumns : IDisposable
{
    public const int PanelColumns = 64;
    public const int TileTerms = PanelColumns * PackedRows.ChunkTerms;

    private readonly AlignedBuffer<float> _values;
    private readonly AlignedBuffer<byte> _exponents;
    private readonly Dictionary<int, float[]> _refusedTerms = [];
    private readonly float _toTrueScale;

    private PackedColumns(in TruncatedShape shape, int columns, int terms)
    {
        _toTrueScale = MathF.ScaleB(1, shape.Offset);
        Columns = columns;
        Terms = terms;
        Chunks = (terms + PackedRows.ChunkTerms - 1) / PackedRows.ChunkTerms;
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        _values = new AlignedBuffer<float>((long)Panels * Chunks * TileTerms);
        _exponents = new AlignedBuffer<byte>((long)Panels * Chunks * TileTerms);
        Refused = new bool[Panels * PanelColumns];
        Heavy = new bool[Panels * PanelColumns];
    }

    public int Columns { get; }
    public int Terms { get; }
    public int Chunks { get; }
    public int Panels { get; }

    /// <summary>Columns with an operand that the kernel does not take; they are packed as zeros.</summary>
    public bool[] Refused { get; }

    /// <summary>Columns with a block so large that 32 bits could overflow if the row's block is as large.</summary>
    public bool[] Heavy { get; }

    public float* Values(int panel, int chunk) => _values.Pointer + (((long)panel * Chunks) + chunk) * TileTerms;

    public byte* Exponents(int panel, int chunk) => _exponents.Pointer + (((long)panel * Chunks) + chunk) * TileTerms;

    /// <summary>Packs <paramref name="b"/>, [terms, columns] row-major.</summary>
    public static PackedColumns Pack(in TruncatedShape shape, ReadOnlySpan<float> b, int terms, int columns)
    {
        var packed = new PackedColumns(shape, columns, terms);
        for (int panel = 0; panel < packed.Panels; panel++)
        {
            packed.PackPanel(shape, b, panel);
        }
        return packed;
    }

    /// <summary>One column as it was given, for the plain path.</summary>
    public void CopyColumn(int column, Span<float> terms)
    {
        if (_refusedTerms.TryGetValue(column, out float[]? kept))
        {
            kept.CopyTo(terms);
            return;
        }
        for (int k = 0; k < Terms; k++)
        {
            float* line = Values(column / PanelColumns, k / PackedRows.ChunkTerms) + (k % PackedRows.ChunkTerms * PanelColumns);
            terms[k] = line[column % PanelColumns] * _toTrueScale;
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        _exponents.Dispose();
    }

    private void PackPanel(in TruncatedShape shape, ReadOnlySpan<float> b, int panel)
    {
        var codes = new OperandCodes(shape);
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
        for (int k = 0; k < Chunks * PackedRows.ChunkTerms; k++)
        {
            float* values = Values(panel, k / PackedRows.ChunkTerms) + (k % PackedRows.ChunkTerms * PanelColumns);
            byte* exponents = Exponents(panel, k / PackedRows.ChunkTerms) + (k % PackedRows.ChunkTerms * PanelColumns);
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
            if (shape.CanOverflow && k % shape.Terms == 0)
            {
                weight.Clear();
            }
            for (int lane = 0; lane < PanelColumns; lane += 32)
            {
                Vector256<int> code0 = Lane(codes, source, values, lane, scale, refused);
                Vector256<int> code1 = Lane(codes, source, values, lane + 8, scale, refused);
                Vector256<int> code2 = Lane(codes, source, values, lane + 16, scale, refused);
                Vector256<int> code3 = Lane(codes, source, values, lane + 24, scale, refused);
                Vector256.Narrow(
                    Vector256.Narrow(code0, code1).AsUInt16(),
                    Vector256.Narrow(code2, code3).AsUInt16()).Store(exponents + lane);
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
            Refused[first + column] = refused[column] != 0;
            Heavy[first + column] = heaviest[column] > OperandCodes.HeavyWeight;
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

    private static Vector256<int> Lane(in OperandCodes codes, ReadOnlySpan<float> source, float* values, int lane, Vector256<float> scale, Span<int> refused)
    {
        Vector256<float> value = Vector256.Create(source[lane..]);
        (Vector256.Create<int>(refused[lane..]) | codes.Refused(value)).CopyTo(refused[lane..]);
        (value * scale).Store(values + lane);
        return codes.Right(value);
    }

    private void ClearColumn(in TruncatedShape shape, int panel, int column)
    {
        byte zero = (byte)(shape.Input.IsWide ? 255 : 0);
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            float* values = Values(panel, chunk);
            byte* exponents = Exponents(panel, chunk);
            for (int k = 0; k < PackedRows.ChunkTerms; k++)
            {
                values[(k * PanelColumns) + column] = 0;
                exponents[(k * PanelColumns) + column] = zero;
            }
        }
    }
}
