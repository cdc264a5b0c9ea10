using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Matrix products on emulated matrix units, bit for bit, at the speed of the host's vector units where a kernel exists
/// (every unit of the table but FP64's, which no float can carry; see <see cref="ProductKernels"/>), by the plain definition elsewhere.</summary>
/// <remarks>
/// Operands are numbers of the unit's input formats, carried in floats. One that is not throws <see cref="ArgumentException"/>, except
/// that TF32 drops the low bits, as the hardware does. Host processor, width of its vectors and degree of parallelism never change a bit.
/// </remarks>
public static class MatrixProduct
{
    /// <summary>d = a · b, one chain of blocks over ascending k for each output.</summary>
    /// <param name="unit">The arithmetic.</param>
    /// <param name="m">Rows of a and d.</param>
    /// <param name="n">Columns of b and d.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">[m, k] row-major.</param>
    /// <param name="b">[k, n] row-major.</param>
    /// <param name="d">[m, n] row-major: numbers of the unit's output format.</param>
    /// <param name="degreeOfParallelism">Threads at most.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an operand is no number of its format.</exception>
    public static void Multiply(
        MatrixUnit unit, int m, int n, int k, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> d, int degreeOfParallelism = 1) =>
        Multiply(unit, m, n, k, a, b, [], d, degreeOfParallelism);

    /// <summary>d = c + a · b.</summary>
    /// <param name="unit">The arithmetic.</param>
    /// <param name="m">Rows of a and d.</param>
    /// <param name="n">Columns of b and d.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">[m, k] row-major.</param>
    /// <param name="b">[k, n] row-major.</param>
    /// <param name="c">[m, n] row-major, the addend of the first block: numbers of the output format; empty is zero. May be
    /// <paramref name="d"/> itself.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an operand is no number of its format.</exception>
    public static void Multiply(
        MatrixUnit unit, int m, int n, int k, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> d,
        int degreeOfParallelism = 1)
    {
        using PackedMatrix packed = PackedMatrix.Pack(unit, k, n, b, null, narrow: false);
        Multiply(m, a, packed, c, d, degreeOfParallelism);
    }

    /// <summary>d = c + a · b with a packed b of one slice.</summary>
    /// <param name="m">Rows of a and d.</param>
    /// <param name="a">[m, k] row-major.</param>
    /// <param name="b">The packed right operand.</param>
    /// <param name="c">[m, n] or empty.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most.</param>
    /// <exception cref="ArgumentException">A length does not fit, an operand is no number of its format, or b has several slices.</exception>
    public static void Multiply(int m, ReadOnlySpan<float> a, PackedMatrix b, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism = 1)
    {
        ThrowIfSliced(b);
        MultiplySlice(m, a, b, 0, c, d, degreeOfParallelism);
    }

    /// <summary>d = c + a · b with block scales on both sides: MXFP8, MXFP6, MXFP4 or NVFP4.</summary>
    /// <param name="m">Rows of a and d.</param>
    /// <param name="a">[m, k] row-major.</param>
    /// <param name="scales">[m, scales per row] row-major, numbers of the scale's format; see <see cref="PackedMatrix.PackScaled"/>.</param>
    /// <param name="b">The right operand, packed with its scales.</param>
    /// <param name="c">[m, n] or empty.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most.</param>
    /// <exception cref="ArgumentException">A length does not fit, an operand or a scale is no number of its format, or b has no scales.</exception>
    public static void MultiplyScaled(
        int m, ReadOnlySpan<float> a, ReadOnlySpan<float> scales, PackedMatrix b, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism = 1)
    {
        ThrowIfSliced(b);
        MultiplyScaledSlice(m, a, scales, b, 0, c, d, degreeOfParallelism);
    }

    /// <summary>d = c + a · b with block scales on both sides, over one slice of the terms.</summary>
    /// <param name="m">Rows of a and d.</param>
    /// <param name="a">[m, k] row-major, all terms.</param>
    /// <param name="scales">[m, scales per row] row-major, those of all terms.</param>
    /// <param name="b">The right operand, packed with its scales.</param>
    /// <param name="slice">Index into <see cref="PackedMatrix.Slices"/>.</param>
    /// <param name="c">[m, n] or empty.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most.</param>
    /// <exception cref="ArgumentException">A length does not fit, an operand or a scale is no number of its format, or b has no scales.</exception>
    public static void MultiplyScaledSlice(
        int m, ReadOnlySpan<float> a, ReadOnlySpan<float> scales, PackedMatrix b, int slice, ReadOnlySpan<float> c, Span<float> d,
        int degreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        if (b.ScalesPerColumn == 0)
        {
            throw new ArgumentException("The matrix was packed without scales.", nameof(b));
        }
        int each = BlockScales.Count(b.Unit, b.Terms, m, scales, nameof(scales));
        Multiply(m, a, ScalesOfSlice(m, each, scales, b, slice), b, slice, c, d, degreeOfParallelism);
    }

    private static void ThrowIfSliced(PackedMatrix b)
    {
        ArgumentNullException.ThrowIfNull(b);
        if (b.Slices.Count != 1)
        {
            throw new ArgumentException($"The matrix has {b.Slices.Count} slices; say which, and how they are added.", nameof(b));
        }
    }

    // The left operand may have more or fewer scales in a block than the right one.
    private static ReadOnlySpan<float> ScalesOfSlice(int rows, int each, ReadOnlySpan<float> scales, PackedMatrix b, int slice)
    {
        if (b.Slices.Count == 1)
        {
            return scales;
        }
        var (first, count) = b.ScalesOf(b.Slices[slice]);
        first = first * each / b.ScalesPerColumn;
        count = count * each / b.ScalesPerColumn;
        float[] own = new float[rows * count];
        for (int row = 0; row < rows; row++)
        {
            scales.Slice((row * each) + first, count).CopyTo(own.AsSpan(row * count));
        }
        return own;
    }

    /// <summary>d = c + a · b over one slice of the terms: the building block of split-K and other reductions.</summary>
    /// <param name="m">Rows of a and d.</param>
    /// <param name="a">[m, k] row-major, all terms.</param>
    /// <param name="b">The packed right operand.</param>
    /// <param name="slice">Index into <see cref="PackedMatrix.Slices"/>.</param>
    /// <param name="c">[m, n] or empty.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an operand is no number of its format.</exception>
    public static void MultiplySlice(
        int m, ReadOnlySpan<float> a, PackedMatrix b, int slice, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        if (b.ScalesPerColumn != 0)
        {
            throw new ArgumentException($"The matrix was packed with scales; use {nameof(MultiplyScaledSlice)}.", nameof(b));
        }
        Multiply(m, a, [], b, slice, c, d, degreeOfParallelism);
    }

    private static void Multiply(
        int m, ReadOnlySpan<float> a, ReadOnlySpan<float> scales, PackedMatrix b, int slice, ReadOnlySpan<float> c, Span<float> d,
        int degreeOfParallelism)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, checked(m * b.Terms), nameof(a));
        ArgumentOutOfRangeException.ThrowIfNotEqual(d.Length, checked(m * b.Columns), nameof(d));
        ArgumentOutOfRangeException.ThrowIfLessThan(degreeOfParallelism, 1);
        if (!c.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(c.Length, d.Length, nameof(c));
        }
        if (m == 0)
        {
            return;
        }
        if (c.Overlaps(d))
        {
            // The plain path may do an output again after the kernel has written it.
            c = c.ToArray();
        }
        b.Packed(slice).Multiply(m, a[b.Slices[slice].First..], b.Terms, scales, c, d, degreeOfParallelism);
    }
}
