using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

/// <summary>The arithmetic of one matrix instruction for one output element: d = c + Σ a_k · b_k, bit for bit.</summary>
/// <remarks>
/// A closed family: each nested record is one published definition, computed by one file of <c>Accumulation</c>.
/// Two units that are equal as records compute the same bits for every input.
/// </remarks>
/// <param name="A">Format of the left operands.</param>
/// <param name="B">Format of the right operands.</param>
/// <param name="D">Format of the addend C and of the result: FP32, FP16 or FP64.</param>
public abstract partial record MatrixUnit(NumberFormat A, NumberFormat B, NumberFormat D)
{
    /// <summary>Products that are added before the result is rounded for the first time: L, or 1 for a chain.</summary>
    public abstract int BlockTerms { get; }

    /// <summary>The definition in one line, for tables.</summary>
    public abstract string Definition { get; }

    /// <summary>The NaN that the unit returns, as a word of <see cref="D"/>.</summary>
    public virtual ulong NanBits => D.Encode(Number.NaN);

    /// <summary>Operands that one step takes: a whole block, or the whole instruction where it is not made of equal blocks.</summary>
    private protected virtual int StepTerms => BlockTerms;

    /// <summary>Adds one step of at most <see cref="StepTerms"/> products to <paramref name="c"/>.</summary>
    private protected abstract Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c);

    /// <summary>Adds products in ascending k, block after block, each block's rounded result being the next one's addend.</summary>
    /// <param name="a">Left operands, any length; a last partial block is as if filled with zeros.</param>
    /// <param name="b">Right operands, as many.</param>
    /// <param name="c">The first addend, a number of <see cref="D"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="NotSupportedException">The unit needs block scales; see <see cref="Chain(ReadOnlySpan{Number}, ReadOnlySpan{Number}, ReadOnlySpan{Number}, ReadOnlySpan{Number}, Number)"/>.</exception>
    public virtual Number Chain(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
    {
        ThrowIfLengthsDiffer(a, b);
        for (var k = 0; k < a.Length; k += StepTerms)
        {
            var terms = Math.Min(StepTerms, a.Length - k);
            c = Step(a.Slice(k, terms), b.Slice(k, terms), c);
        }

        return c;
    }

    /// <summary>A chain with block scales; without any, as the other overload.</summary>
    /// <param name="a">Left operands.</param>
    /// <param name="b">Right operands, as many.</param>
    /// <param name="scalesA">Left block scales, each for as many operands in turn; empty where the unit has none.</param>
    /// <param name="scalesB">Right block scales.</param>
    /// <param name="c">The first addend.</param>
    /// <exception cref="NotSupportedException">Scales were given and the unit takes none, or the other way round.</exception>
    public virtual Number Chain(
        ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, ReadOnlySpan<Number> scalesA, ReadOnlySpan<Number> scalesB, Number c) =>
        scalesA.IsEmpty && scalesB.IsEmpty
            ? Chain(a, b, c)
            : throw new NotSupportedException($"{Definition}: this unit takes no block scales.");

    /// <summary>The result as a word: NaN becomes the unit's own NaN.</summary>
    public ulong Encode(Number result) => result.Kind == NumberKind.NaN ? NanBits : D.Encode(D.Round(result));

    private protected static void ThrowIfLengthsDiffer(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"{a.Length} left and {b.Length} right operands; a product needs one of each.", nameof(b));
        }
    }
}
