using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm.Exact;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Ieee;

/// <summary>The right operand as <see cref="IeeeKernel{TLanes, TFloat, TSteps}"/> reads it: panels of 64 columns, term after term.</summary>
internal sealed unsafe class IeeePanels : PackedSlice
{
    public const int PanelColumns = 64;

    private readonly MatrixUnit _unit;

    // One of the two.
    private readonly AlignedBuffer<float>? _values;
    private readonly AlignedBuffer<ushort>? _words;
    private readonly MagnitudeRange[] _ranges;

    /// <summary>Packs <paramref name="b"/>, [terms, columns] row-major.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="b">The operands.</param>
    /// <param name="terms">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="narrow">Whether operands take 2 bytes each (<see cref="NarrowWords"/>), where 2 bytes hold them.</param>
    /// <exception cref="ArgumentException">A value is no number of the format.</exception>
    public IeeePanels(MatrixUnit unit, ReadOnlySpan<float> b, int terms, int columns, bool narrow)
    {
        IeeeShape shape = IeeeShape.Of(unit)!.Value;
        _unit = unit;
        Shape = shape;
        Terms = terms;
        Columns = columns;
        PaddedTerms = (terms + shape.Terms - 1) / shape.Terms * shape.Terms;
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        _ranges = new MagnitudeRange[Panels];
        Magnitudes = new TermMagnitudes(shape.IsExact ? Panels : 0, PaddedTerms);
        if (narrow && shape.Format.StorageBits == 16 && AreFinite(b))
        {
            _words = new AlignedBuffer<ushort>((long)Panels * PaddedTerms * PanelColumns);
            using var wide = new AlignedBuffer<float>((long)PaddedTerms * PanelColumns);
            for (int panel = 0; panel < Panels; panel++)
            {
                Pack(b, panel, wide.Pointer);
                Narrow(wide.Pointer, Words(panel));
            }
            return;
        }
        _values = new AlignedBuffer<float>((long)Panels * PaddedTerms * PanelColumns);
        for (int panel = 0; panel < Panels; panel++)
        {
            Pack(b, panel, Values(panel));
        }
    }

    public IeeeShape Shape { get; }
    public int Terms { get; }
    public int Columns { get; }
    public int Panels { get; }

    /// <summary>Terms, and zeros up to whole blocks; no block more, because +0 added to −0 is +0.</summary>
    public int PaddedTerms { get; }

    /// <summary>Whether lines must be widened before they are multiplied.</summary>
    public bool IsNarrow => _words is not null;

    /// <summary>Lines of a panel as the kernel reads them.</summary>
    /// <param name="panel">Its columns.</param>
    /// <param name="first">The first term.</param>
    /// <param name="terms">How many.</param>
    /// <param name="widened">So many lines, overwritten where <see cref="IsNarrow"/>; not needed elsewhere.</param>
    public float* Lines(int panel, int first, int terms, float* widened)
    {
        if (!IsNarrow)
        {
            return Values(panel) + ((long)first * PanelColumns);
        }
        ushort* words = Words(panel) + ((long)first * PanelColumns);
        if (Shape.Format == KnownFormats.Fp16)
        {
            Widen<HalfForm>(words, terms, widened);
        }
        else
        {
            Widen<BrainForm>(words, terms, widened);
        }
        return widened;
    }

    /// <summary>Magnitudes of a panel; not of exact sums.</summary>
    public MagnitudeRange Range(int panel) => _ranges[panel];

    /// <summary>Magnitudes of every panel by term; of exact sums only.</summary>
    public TermMagnitudes Magnitudes { get; }

    public override void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism)
    {
        fixed (float* left = a, addend = c, target = d)
        {
            new IeeeProduct(_unit, rows, left, stride, this, addend, target).Run(degreeOfParallelism);
        }
    }

    public override void Dispose()
    {
        _values?.Dispose();
        _words?.Dispose();
        Magnitudes.Dispose();
    }

    private float* Values(int panel) => _values!.Pointer + ((long)panel * PaddedTerms * PanelColumns);

    private ushort* Words(int panel) => _words!.Pointer + ((long)panel * PaddedTerms * PanelColumns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<TForm>(ushort* words, int terms, float* values)
        where TForm : struct, INarrowForm
    {
        for (ushort* behind = words + (terms * PanelColumns); words < behind; words += 32, values += 32)
        {
            NarrowWords.Widen<TForm>(words, TForm.Scale, values);
        }
    }

    private void Narrow(float* values, ushort* words)
    {
        if (Shape.Format == KnownFormats.Fp16)
        {
            NarrowWords.Narrow<HalfForm>(values, 1, words, PaddedTerms * PanelColumns);
        }
        else
        {
            NarrowWords.Narrow<BrainForm>(values, 1, words, PaddedTerms * PanelColumns);
        }
    }

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }
        return true;
    }

    private void Pack(ReadOnlySpan<float> b, int panel, float* line)
    {
        var operands = new IeeeOperands(Shape);
        int width = Math.Min(PanelColumns, Columns - (panel * PanelColumns));
        Span<float> part = stackalloc float[PanelColumns];
        part.Clear();
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
