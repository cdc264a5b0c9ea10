using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>A right operand made ready for one unit, once, for any number of products: the weights of a layer.</summary>
/// <remarks>Takes 5 bytes per weight where a kernel exists, 4 elsewhere. Several threads may multiply with one matrix.</remarks>
public sealed class PackedMatrix : IDisposable
{
    private readonly PackedColumns?[] _packed;
    private readonly IeeePanels?[] _panels;
    private readonly float[][] _plain;

    private PackedMatrix(MatrixUnit unit, int terms, int columns, IReadOnlyList<TermSlice> slices)
    {
        Unit = unit;
        Terms = terms;
        Columns = columns;
        Slices = slices;
        Shape = TruncatedShape.Of(unit);
        IeeeShape = Gemm.IeeeShape.Of(unit);
        _packed = new PackedColumns?[slices.Count];
        _panels = new IeeePanels?[slices.Count];
        _plain = new float[slices.Count][];
    }

    /// <summary>The unit that will multiply.</summary>
    public MatrixUnit Unit { get; }

    /// <summary>k: rows of this matrix.</summary>
    public int Terms { get; }

    /// <summary>n: columns of this matrix.</summary>
    public int Columns { get; }

    /// <summary>The slices of k that can be multiplied apart, in the order given; one slice of all terms if none were.</summary>
    public IReadOnlyList<TermSlice> Slices { get; }

    internal TruncatedShape? Shape { get; }

    internal IeeeShape? IeeeShape { get; }

    /// <summary>Packs a matrix.</summary>
    /// <param name="unit">The unit that will multiply.</param>
    /// <param name="terms">k, at least 1.</param>
    /// <param name="columns">n, at least 1.</param>
    /// <param name="b">[terms, columns] row-major, numbers of the unit's right format carried in floats.</param>
    /// <param name="slices">The slices of k that a reduction sums apart, or null for one chain over all terms.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a slice lies outside.</exception>
    public static PackedMatrix Pack(MatrixUnit unit, int terms, int columns, ReadOnlySpan<float> b, IReadOnlyList<TermSlice>? slices = null)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, checked(terms * columns), nameof(b));
        var packed = new PackedMatrix(unit, terms, columns, slices ?? [new TermSlice(0, terms)]);
        for (int i = 0; i < packed.Slices.Count; i++)
        {
            TermSlice slice = packed.Slices[i];
            if (slice.First < 0 || slice.Terms < 1 || slice.First + slice.Terms > terms)
            {
                throw new ArgumentException($"{slice} is not a slice of {terms} terms.", nameof(slices));
            }
            ReadOnlySpan<float> part = b.Slice(slice.First * columns, slice.Terms * columns);
            if (packed.Shape is { } shape)
            {
                packed._packed[i] = PackedColumns.Pack(shape, part, slice.Terms, columns);
            }
            else if (packed.IeeeShape is { } ieee)
            {
                packed._panels[i] = new IeeePanels(ieee, part, slice.Terms, columns);
            }
            else
            {
                packed._plain[i] = part.ToArray();
            }
        }
        return packed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PackedColumns? part in _packed)
        {
            part?.Dispose();
        }
        foreach (IeeePanels? part in _panels)
        {
            part?.Dispose();
        }
    }

    internal PackedColumns Packed(int slice) => _packed[slice] ?? throw new InvalidOperationException($"{Unit.Definition} has no kernel.");

    internal IeeePanels Panels(int slice) => _panels[slice] ?? throw new InvalidOperationException($"{Unit.Definition} has no kernel.");

    internal float[] Plain(int slice) => _plain[slice];
}

/// <summary>A run of terms of a product.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Terms">How many.</param>
public readonly record struct TermSlice(int First, int Terms);
