using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>Sixteen FP4 numbers: twice an FP4 number is one of the integers 0, 1, 2, 3, 4, 6, 8 and 12, with a sign.</summary>
internal static class Fp4Group
{
    /// <param name="terms">Sixteen values.</param>
    /// <param name="doubled">Twice each.</param>
    /// <param name="present">A bit for each that is not zero.</param>
    /// <returns>False if one is no FP4 number.</returns>
    public static bool Read(ReadOnlySpan<float> terms, out Vector128<sbyte> doubled, out int present)
    {
        Vector256<int> low = Double(terms, out Vector256<int> refused), high = Double(terms[8..], out Vector256<int> refusedHigh);
        Vector256<short> both = Vector256.Narrow(low, high);
        doubled = Vector128.Narrow(both.GetLower(), both.GetUpper());
        present = (int)(~Vector128.Equals(doubled, Vector128<sbyte>.Zero)).ExtractMostSignificantBits();
        return (refused | refusedHigh) == Vector256<int>.Zero;
    }

    private static Vector256<int> Double(ReadOnlySpan<float> terms, out Vector256<int> refused)
    {
        Vector256<float> value = Vector256.Create(terms) * Vector256.Create(2f);
        Vector256<float> magnitude = Vector256.Abs(value);
        Vector256<float> small = Vector256.LessThanOrEqual(magnitude, Vector256.Create(4f)) & Vector256.Equals(value, Vector256.Truncate(value));
        Vector256<float> large = Vector256.Equals(magnitude, Vector256.Create(6f)) | Vector256.Equals(magnitude, Vector256.Create(8f))
            | Vector256.Equals(magnitude, Vector256.Create(12f));
        Vector256<int> taken = (small | large).AsInt32();
        refused = ~taken;
        return Vector256.ConvertToInt32(Vector256.ConditionalSelect(taken.AsSingle(), value, Vector256<float>.Zero));
    }
}
