using System.Numerics;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Accumulation;

/// <summary>E-FDPA of AMD CDNA1: <c>d = RNE(c + Σ a_k · b_k)</c>, the sum exact and rounded once; an exact zero is +0.</summary>
/// <remarks>Source: MMA-Sim (newest), Leeds model with correct rounding.</remarks>
internal static class ExactFusedSum
{
    /// <summary>One block.</summary>
    public static Number Of(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c, NumberFormat output)
    {
        if (SpecialOperands.Resolve(a, b, c) is { } special)
        {
            return special;
        }

        Span<Term> terms = stackalloc Term[a.Length + 1];
        for (var k = 0; k < a.Length; k++)
        {
            terms[k] = Term.Product(a[k], b[k]);
        }

        terms[^1] = Term.Of(c);

        var lowest = int.MaxValue;
        var highest = int.MinValue;
        foreach (var term in terms)
        {
            if (term.Magnitude != 0)
            {
                var last = term.Exponent - term.FractionBits;
                lowest = Math.Min(lowest, last);
                highest = Math.Max(highest, last + BitOperations.Log2(term.Magnitude));
            }
        }

        if (lowest == int.MaxValue)
        {
            return Number.Zero(negative: false);
        }

        // 128 bits hold most sums; BF16 spans up to 500 binades. Both are exact, so the choice cannot change a bit.
        return highest - lowest < 110
            ? Round(Sum<Int128>(terms, lowest), lowest, output)
            : Round(Sum<BigInteger>(terms, lowest), lowest, output);
    }

    private static T Sum<T>(ReadOnlySpan<Term> terms, int unit)
        where T : IBinaryInteger<T>
    {
        var sum = T.Zero;
        foreach (var term in terms)
        {
            if (term.Magnitude != 0)
            {
                var magnitude = T.CreateChecked(term.Magnitude) << (term.Exponent - term.FractionBits - unit);
                sum = term.Negative ? sum - magnitude : sum + magnitude;
            }
        }

        return sum;
    }

    private static Number Round<T>(T sum, int unit, NumberFormat output)
        where T : IBinaryInteger<T>
    {
        if (T.IsZero(sum))
        {
            return Number.Zero(negative: false);
        }

        var magnitude = T.Abs(sum);
        var excess = magnitude.GetShortestBitLength() - 100;
        if (excess > 0)
        {
            // What lies 100 bits below the leading one can only break a tie: one set bit says it all.
            var kept = magnitude >> excess;
            magnitude = kept << excess == magnitude ? kept : kept | T.One;
            unit += excess;
        }

        return output.Round(T.IsNegative(sum), UInt128.CreateChecked(magnitude), unit, RoundingMode.NearestEven);
    }
}
