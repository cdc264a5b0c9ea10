using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>T-FDPA, the truncated fused dot product and add of every NVIDIA tensor core.</summary>
/// <remarks><code>
/// T_FDPA(a[0..L), b[0..L), c ; F, e_zero, rounding):
///   terms = { a_k · b_k } + { c };  every term that is 0 gets exponent e_zero
///   E = max exponent of the L + 1 terms                  C takes part in the alignment
///   S = sum of trunc0(term / 2^(E − F))                  exact integer sum, no carry is lost
///   return round(S · 2^(E − F))
/// </code>
/// Source: MMA-Sim (arXiv 2511.10909); Khattak and Mikaitis (arXiv 2512.07004).
/// </remarks>
internal static class TruncatedFusedSum
{
    /// <param name="a">Left operands of one block.</param>
    /// <param name="b">Right operands, as many.</param>
    /// <param name="c">The addend.</param>
    /// <param name="fractionBits">F: bits kept below the largest exponent.</param>
    /// <param name="zeroExponent">Exponent with which a zero term is aligned.</param>
    /// <param name="output">Format of the result.</param>
    /// <param name="rounding">How the sum is rounded to it, once.</param>
    /// <param name="scaleExponent">Added to every product's exponent before the alignment: the two block scales of MX formats (ST-FDPA).</param>
    public static Number Of(
        ReadOnlySpan<Number> a,
        ReadOnlySpan<Number> b,
        Number c,
        int fractionBits,
        int zeroExponent,
        NumberFormat output,
        RoundingMode rounding,
        int scaleExponent = 0)
    {
        if (SpecialOperands.Resolve(a, b, c) is { } special)
        {
            return special;
        }

        Span<Term> terms = stackalloc Term[a.Length + 1];
        for (var k = 0; k < a.Length; k++)
        {
            var product = Term.Product(a[k], b[k]);
            terms[k] = product with { Exponent = product.Exponent + scaleExponent };
        }

        terms[^1] = Term.Of(c);

        var largest = int.MinValue;
        foreach (var term in terms)
        {
            largest = Math.Max(largest, term.Magnitude == 0 ? zeroExponent : term.Exponent);
        }

        var unit = largest - fractionBits;
        var sum = 0L;
        var allNegative = true;
        foreach (var term in terms)
        {
            sum += term.TruncatedTo(unit);
            allNegative &= term.Negative;
        }

        // Minus zero only where every term has a minus sign and nothing is left of them; a mixture gives +0.
        return sum == 0
            ? Number.Zero(allNegative)
            : output.Round(sum < 0, (UInt128)Math.Abs(sum), unit, rounding);
    }
}
