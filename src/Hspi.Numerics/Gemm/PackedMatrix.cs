using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>A right operand made ready for one unit, once, for any number of products: the weights of a layer.</summary>
/// <remarks>A large matrix takes 2 bytes per weight where its format has 16 bits or fewer. Others, and matrices that fit in a cache, take 5 bytes where the
/// kernel is <see cref="ProductKernel.Truncated"/> and 4 elsewhere; with block scales 9 (MX) or 7 (<c>mxf4nvf4</c>). Several threads may multiply with one matrix.</remarks>
public sealed class PackedMatrix : IDisposable
{
    // A smaller matrix stays in a cache. Reading its operands from there as the kernel needs them is faster than widening them from 2 bytes.
    private const int LeastNarrow = 1 << 17;

    private readonly PackedSlice[] _packed;

    private PackedMatrix(
        MatrixUnit unit, int terms, int columns, ReadOnlySpan<float> b, IReadOnlyList<TermSlice>? slices, ReadOnlySpan<float> scales, int scalesPerColumn, bool narrow)
    {
        Unit = unit;
        Terms = terms;
        Columns = columns;
        Slices = slices ?? [new TermSlice(0, terms)];
        ScalesPerColumn = scalesPerColumn;
        _packed = new PackedSlice[Slices.Count];
        for (int i = 0; i < _packed.Length; i++)
        {
            TermSlice slice = Slices[i];
            if (slice.First < 0 || slice.Terms < 1 || slice.First + slice.Terms > terms)
            {
                throw new ArgumentException($"{slice} is not a slice of {terms} terms.", nameof(slices));
            }
            var (firstScale, count) = ScalesOf(slice);
            _packed[i] = PackedSlice.Pack(
                unit, b.Slice(slice.First * columns, slice.Terms * columns), slice.Terms, columns, scales.Slice(firstScale * columns, count * columns), narrow);
        }
    }

    /// <summary>The unit that will multiply.</summary>
    public MatrixUnit Unit { get; }

    /// <summary>k: rows of this matrix.</summary>
    public int Terms { get; }

    /// <summary>n: columns of this matrix.</summary>
    public int Columns { get; }

    /// <summary>The slices of k that can be multiplied apart, in the order given; one slice of all terms if none were.</summary>
    public IReadOnlyList<TermSlice> Slices { get; }

    /// <summary>Block scales of each column; 0 where it was packed without.</summary>
    public int ScalesPerColumn { get; }

    /// <summary>Packs a matrix.</summary>
    /// <param name="unit">The unit that will multiply.</param>
    /// <param name="terms">k, at least 1.</param>
    /// <param name="columns">n, at least 1.</param>
    /// <param name="b">[terms, columns] row-major, numbers of the unit's right format carried in floats.</param>
    /// <param name="slices">The slices of k that a reduction sums apart, or null for one chain over all terms.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a slice lies outside.</exception>
    public static PackedMatrix Pack(MatrixUnit unit, int terms, int columns, ReadOnlySpan<float> b, IReadOnlyList<TermSlice>? slices = null) =>
        Pack(unit, terms, columns, b, slices, b.Length >= LeastNarrow);

    /// <summary>Packs a matrix, and says whether operands take 2 bytes each where 2 bytes hold them.</summary>
    internal static PackedMatrix Pack(
        MatrixUnit unit, int terms, int columns, ReadOnlySpan<float> b, IReadOnlyList<TermSlice>? slices, bool narrow)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, checked(terms * columns), nameof(b));
        return new PackedMatrix(unit, terms, columns, b, slices, [], 0, narrow);
    }

    /// <summary>Packs a matrix with block scales: MXFP8, MXFP6, MXFP4 or NVFP4.</summary>
    /// <param name="unit">The unit that will multiply, one that takes scales.</param>
    /// <param name="terms">k, at least 1; a multiple of 64 for <c>mxf4nvf4</c>.</param>
    /// <param name="columns">n, at least 1.</param>
    /// <param name="b">[terms, columns] row-major, numbers of the unit's right format carried in floats.</param>
    /// <param name="scales">[scales per column, columns] row-major: one for each 32 terms, or 16, 32 or 64 for <c>mxf4nvf4</c>; numbers
    /// of the scale's format (UE8M0, UE4M3) carried in floats. NaN makes NaN.</param>
    /// <param name="slices">The slices of k that a reduction sums apart, of whole blocks (<see cref="MatrixUnit.BlockTerms"/>) except at
    /// the end of k, or null for one chain over all terms.</param>
    /// <exception cref="ArgumentException">A length does not fit, a scale is no number of its format, the unit takes none, or a slice cuts
    /// a block.</exception>
    public static PackedMatrix PackScaled(
        MatrixUnit unit, int terms, int columns, ReadOnlySpan<float> b, ReadOnlySpan<float> scales, IReadOnlyList<TermSlice>? slices = null)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, checked(terms * columns), nameof(b));
        int count = BlockScales.Count(unit, terms, columns, scales, nameof(scales));
        foreach (TermSlice slice in slices ?? [])
        {
            if (slice.First % unit.BlockTerms != 0 || (slice.Terms % unit.BlockTerms != 0 && slice.First + slice.Terms != terms))
            {
                throw new ArgumentException($"{slice} cuts a block of {unit.BlockTerms} terms, which have scales together.", nameof(slices));
            }
        }
        return new PackedMatrix(unit, terms, columns, b, slices, scales, count, narrow: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PackedSlice slice in _packed)
        {
            slice.Dispose();
        }
    }

    /// <summary>Which of a column's scales, or of a row's, belong to a slice.</summary>
    internal (int First, int Count) ScalesOf(TermSlice slice)
    {
        if (ScalesPerColumn == 0)
        {
            return (0, 0);
        }
        // ST-FDPA has one for each block, and the last block may be short; GST-FDPA has whole blocks, and up to four scales in each.
        int each = Unit is MatrixUnit.GroupScaledFused ? Terms / ScalesPerColumn : Unit.BlockTerms;
        return (slice.First / each, (slice.Terms + each - 1) / each);
    }

    internal PackedSlice Packed(int slice) => _packed[slice];
}

/// <summary>A run of terms of a product.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Terms">How many.</param>
public readonly record struct TermSlice(int First, int Terms);
