using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm;

/// <summary>The right operand as <see cref="IeeeKernel{TLanes, TFloat, TSteps}"/> reads it: panels of 64 columns, term after term.</summary>
internal sealed unsafe class IeeePanels : IDisposable
{
    public const int PanelColumns = 64;

    private readonly AlignedBuffer<float> _values;
    private readonly MagnitudeRange[] _ranges;

    /// <summary>Packs <paramref name="b"/>, [terms, columns] row-major.</summary>
    /// <exception cref="ArgumentException">A value is no number of the format.</exception>
    public IeeePanels(IeeeShape shape, ReadOnlySpan<float> b, int terms, int columns)
    {
        Shape = shape;
        Terms = terms;
        Columns = columns;
        PaddedTerms = (terms + shape.Terms - 1) / shape.Terms * shape.Terms;
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        _ranges = new MagnitudeRange[Panels];
        Magnitudes = new TermMagnitudes(shape.IsExact ? Panels : 0, PaddedTerms);
        _values = new AlignedBuffer<float>((long)Panels * PaddedTerms * PanelColumns);
        for (int panel = 0; panel < Panels; panel++)
        {
            Pack(b, panel);
        }
    }

    public IeeeShape Shape { get; }
    public int Terms { get; }
    public int Columns { get; }
    public int Panels { get; }

    /// <summary>Terms, and zeros up to whole blocks; no block more, because +0 added to −0 is +0.</summary>
    public int PaddedTerms { get; }

    public float* Values(int panel) => _values.Pointer + ((long)panel * PaddedTerms * PanelColumns);

    /// <summary>Magnitudes of a panel; not of exact sums.</summary>
    public MagnitudeRange Range(int panel) => _ranges[panel];

    /// <summary>Magnitudes of every panel by term; of exact sums only.</summary>
    public TermMagnitudes Magnitudes { get; }

    public void Dispose()
    {
        _values.Dispose();
        Magnitudes.Dispose();
    }

    private void Pack(ReadOnlySpan<float> b, int panel)
    {
        var operands = new IeeeOperands(Shape);
        int width = Math.Min(PanelColumns, Columns - (panel * PanelColumns));
        Span<float> part = stackalloc float[PanelColumns];
        part.Clear();
        float* line = Values(panel);
        for (int k = 0; k < Terms; k++, line += PanelColumns)
        {
            scoped ReadOnlySpan<float> source = b.Slice(checked((k * Columns) + (panel * PanelColumns)), width);
            if (width < PanelColumns)
            {
                source.CopyTo(part);
                source = part;
            }
            for (int column = 0; column < PanelColumns; column += Vector256<float>.Count)
            {
                operands.Read(Vector256.Create(source[column..])).Store(line + column);
            }
            if (Shape.IsExact)
            {
                Magnitudes.Set(panel, k, operands.TakeRange());
            }
        }
        new Span<float>(line, (PaddedTerms - Terms) * PanelColumns).Clear();
        _ranges[panel] = operands.TakeRange();
    }
}
