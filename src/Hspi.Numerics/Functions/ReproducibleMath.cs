using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Functions;

/// <summary>exp and log in fp64 that give the same bits on every host.</summary>
/// <remarks>
/// <see cref="Math.Exp"/> calls the C library, whose last bit differs between systems; a fingerprint must not carry that.
/// Only IEEE additions, multiplications, divisions and exact scalings are used here, and .NET never contracts two of them into one.
/// Error: below 2 units in the last place of fp64. Rounded to fp32, that is the correctly rounded result but for about one in 2^27.
/// </remarks>
public static class ReproducibleMath
{
    // ln 2 in two parts: 33 bits, so that a product with a whole exponent is exact, and the rest (Cody and Waite).
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896338700;

    // 1.5 · 2^52: adding it rounds to a whole number, which then stands in the low bits.
    private const double WholeNumbers = 6755399441055744.0;

    private const double Overflows = 709.782712893384;

    /// <summary>Below this, <see cref="Exp(double)"/> is 0.</summary>
    public const double Vanishes = -707.0;

    /// <summary>e^<paramref name="x"/>; 0 below −707, near which results become subnormal.</summary>
    public static double Exp(double x) => Exp(Vector256.Create(x)).ToScalar();

    /// <summary>Replaces each x of <paramref name="values"/> by e^x.</summary>
    public static void Exp(Span<double> values)
    {
        var at = 0;
        for (; Vector512.IsHardwareAccelerated && at <= values.Length - Vector512<double>.Count; at += Vector512<double>.Count)
        {
            Exp(Vector512.Create<double>(values[at..])).CopyTo(values[at..]);
        }

        for (; at <= values.Length - Vector256<double>.Count; at += Vector256<double>.Count)
        {
            Exp(Vector256.Create<double>(values[at..])).CopyTo(values[at..]);
        }

        for (; at < values.Length; at++)
        {
            values[at] = Exp(values[at]);
        }
    }

    /// <summary>e^x of each lane; the same bits as <see cref="Exp(double)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        var clamped = Vector256.Min(Vector256.Max(x, Vector256.Create(Vanishes)), Vector256.Create(Overflows));
        var shifted = (clamped * Log2E) + Vector256.Create(WholeNumbers);
        var exponent = shifted - Vector256.Create(WholeNumbers);
        var r = clamped - (exponent * Ln2High) - (exponent * Ln2Low);

        // Taylor's series: |r| ≤ ln 2 / 2, so the first term left out, r^14/14!, is below 2^-57.
        var sum = Vector256.Create(1.0 / 6227020800);
        sum = (sum * r) + Vector256.Create(1.0 / 479001600);
        sum = (sum * r) + Vector256.Create(1.0 / 39916800);
        sum = (sum * r) + Vector256.Create(1.0 / 3628800);
        sum = (sum * r) + Vector256.Create(1.0 / 362880);
        sum = (sum * r) + Vector256.Create(1.0 / 40320);
        sum = (sum * r) + Vector256.Create(1.0 / 5040);
        sum = (sum * r) + Vector256.Create(1.0 / 720);
        sum = (sum * r) + Vector256.Create(1.0 / 120);
        sum = (sum * r) + Vector256.Create(1.0 / 24);
        sum = (sum * r) + Vector256.Create(1.0 / 6);
        sum = (sum * r) + Vector256.Create(0.5);
        sum = (sum * r) + Vector256<double>.One;
        sum = (sum * r) + Vector256<double>.One;

        // 2^(exponent − 1), then times 2: 2^1024 itself is not a number.
        var scale = (shifted.AsInt64() + Vector256.Create(1022L)) << 52;
        var result = sum * scale.AsDouble() * Vector256.Create(2.0);
        result = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Vanishes)), Vector256<double>.Zero, result);
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(Overflows)), Vector256.Create(double.PositiveInfinity), result);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, x);
    }

    /// <summary>e^x of each lane; the same bits as <see cref="Exp(double)"/>. For hosts with AVX-512: each step of the series waits
    /// for the one before, so twice the lanes are nearly twice the speed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        var clamped = Vector512.Min(Vector512.Max(x, Vector512.Create(Vanishes)), Vector512.Create(Overflows));
        var shifted = (clamped * Log2E) + Vector512.Create(WholeNumbers);
        var exponent = shifted - Vector512.Create(WholeNumbers);
        var r = clamped - (exponent * Ln2High) - (exponent * Ln2Low);

        // Taylor's series: |r| ≤ ln 2 / 2, so the first term left out, r^14/14!, is below 2^-57.
        var sum = Vector512.Create(1.0 / 6227020800);
        sum = (sum * r) + Vector512.Create(1.0 / 479001600);
        sum = (sum * r) + Vector512.Create(1.0 / 39916800);
        sum = (sum * r) + Vector512.Create(1.0 / 3628800);
        sum = (sum * r) + Vector512.Create(1.0 / 362880);
        sum = (sum * r) + Vector512.Create(1.0 / 40320);
        sum = (sum * r) + Vector512.Create(1.0 / 5040);
        sum = (sum * r) + Vector512.Create(1.0 / 720);
        sum = (sum * r) + Vector512.Create(1.0 / 120);
        sum = (sum * r) + Vector512.Create(1.0 / 24);
        sum = (sum * r) + Vector512.Create(1.0 / 6);
        sum = (sum * r) + Vector512.Create(0.5);
        sum = (sum * r) + Vector512<double>.One;
        sum = (sum * r) + Vector512<double>.One;

        // 2^(exponent − 1), then times 2: 2^1024 itself is not a number.
        var scale = (shifted.AsInt64() + Vector512.Create(1022L)) << 52;
        var result = sum * scale.AsDouble() * Vector512.Create(2.0);
        result = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(Vanishes)), Vector512<double>.Zero, result);
        result = Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, Vector512.Create(Overflows)), Vector512.Create(double.PositiveInfinity), result);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), result, x);
    }

    /// <summary>The natural logarithm of <paramref name="x"/>; subnormals count as 0.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
        {
            return double.NaN;
        }

        if (!double.IsNormal(x))
        {
            return double.IsInfinity(x) ? x : double.NegativeInfinity;
        }

        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var significand = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | (1023L << 52));
        if (significand > 1.4142135623730951)
        {
            significand /= 2;
            exponent++;
        }

        // log m = 2 artanh s, s = (m − 1)/(m + 1), |s| ≤ 0.172: the first term left out is below 2^-61.
        var s = (significand - 1) / (significand + 1);
        var square = s * s;
        var sum = 0.0;
        for (var odd = 23; odd >= 3; odd -= 2)
        {
            sum = (sum + (1.0 / odd)) * square;
        }

        return (exponent * Ln2High) + ((exponent * Ln2Low) + ((2 * s * sum) + (2 * s)));
    }
}
