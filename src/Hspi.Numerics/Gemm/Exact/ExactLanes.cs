using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm.Exact;

/// <summary>FP64 operations on one register of outputs. All are IEEE's, so every width gives the same bits.</summary>
internal unsafe interface IExactLanes<TDouble>
    where TDouble : struct
{
    /// <summary>Outputs in one register.</summary>
    static abstract int Count { get; }

    static abstract TDouble Zero { get; }

    /// <summary>Reads FP32 numbers.</summary>
    static abstract TDouble Load(float* source);

    /// <summary>Writes numbers that FP32 holds.</summary>
    static abstract void Store(float* target, TDouble value);

    /// <summary>*a · b + c.</summary>
    static abstract TDouble MultiplyAdd(double* a, TDouble b, TDouble c);

    static abstract TDouble Add(TDouble left, TDouble right);

    /// <summary>What <paramref name="sum"/> = fl(x + y) lacks of x + y, exactly (Knuth's two-sum); 0 where the sum is not finite.</summary>
    static abstract TDouble Error(TDouble x, TDouble y, TDouble sum);

    /// <summary>The multiple of 2^-18 nearest to a value below 2^33.</summary>
    static abstract TDouble Coarse(TDouble value);

    /// <summary>What <paramref name="coarse"/> lacks of <paramref name="value"/>, exactly; 0 where that is not finite.</summary>
    static abstract TDouble Rest(TDouble value, TDouble coarse);

    /// <summary>The sum moved by one unit in the last place toward <paramref name="error"/> if that is not zero and the sum is even:
    /// x + y rounded to odd.</summary>
    static abstract TDouble ToOdd(TDouble sum, TDouble error);

    /// <summary>The nearest FP32 number.</summary>
    static abstract TDouble RoundToSingle(TDouble value);

    /// <summary>The FP32 number nearest to a finite multiple of 2^-149 below 2^127.</summary>
    static abstract TDouble RoundInside(TDouble value);
}

/// <summary>AVX-512: 8 outputs.</summary>
internal readonly unsafe struct ExactLanes512 : IExactLanes<Vector512<double>>
{
    public static int Count => Vector512<double>.Count;

    public static Vector512<double> Zero => Vector512<double>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(float* source) => Avx512F.ConvertToVector512Double(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<double> value) => Avx512F.ConvertToVector256Single(value).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(double* a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(b, Vector512.Create(*a), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> left, Vector512<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Error(Vector512<double> x, Vector512<double> y, Vector512<double> sum)
    {
        Vector512<double> second = sum - x;
        Vector512<double> error = (x - (sum - second)) + (y - second);
        return error & Vector512.Equals(error, error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Coarse(Vector512<double> value) => (value + Vector512.Create(ExactShifts.Coarse)) - Vector512.Create(ExactShifts.Coarse);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Rest(Vector512<double> value, Vector512<double> coarse)
    {
        Vector512<double> rest = value - coarse;
        return rest & Vector512.Equals(rest, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ToOdd(Vector512<double> sum, Vector512<double> error)
    {
        Vector512<long> step = Vector512.LessThan(sum.AsInt64() ^ error.AsInt64(), Vector512<long>.Zero) | Vector512<long>.One;
        Vector512<long> even = Vector512.Equals(sum.AsInt64() & Vector512<long>.One, Vector512<long>.Zero);
        Vector512<long> exact = Vector512.Equals(error, Vector512<double>.Zero).AsInt64();
        return (sum.AsInt64() + Vector512.AndNot(step & even, exact)).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> RoundToSingle(Vector512<double> value) => Avx512F.ConvertToVector512Double(Avx512F.ConvertToVector256Single(value));

    // Veltkamp's splitting: 29 of 53 bits go, ties to even as everywhere. Two conversions are four operations, and wait longer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> RoundInside(Vector512<double> value)
    {
        Vector512<double> high = value * Vector512.Create(ExactShifts.Splitter);
        return high - (high - value);
    }
}

/// <summary>AVX2: 4 outputs.</summary>
internal readonly unsafe struct ExactLanes256 : IExactLanes<Vector256<double>>
{
    public static int Count => Vector256<double>.Count;

    public static Vector256<double> Zero => Vector256<double>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(float* source) => Avx.ConvertToVector256Double(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector256<double> value) => Avx.ConvertToVector128Single(value).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(double* a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(b, Vector256.Create(*a), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> left, Vector256<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Error(Vector256<double> x, Vector256<double> y, Vector256<double> sum)
    {
        Vector256<double> second = sum - x;
        Vector256<double> error = (x - (sum - second)) + (y - second);
        return error & Vector256.Equals(error, error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Coarse(Vector256<double> value) => (value + Vector256.Create(ExactShifts.Coarse)) - Vector256.Create(ExactShifts.Coarse);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Rest(Vector256<double> value, Vector256<double> coarse)
    {
        Vector256<double> rest = value - coarse;
        return rest & Vector256.Equals(rest, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ToOdd(Vector256<double> sum, Vector256<double> error)
    {
        Vector256<long> step = Vector256.LessThan(sum.AsInt64() ^ error.AsInt64(), Vector256<long>.Zero) | Vector256<long>.One;
        Vector256<long> even = Vector256.Equals(sum.AsInt64() & Vector256<long>.One, Vector256<long>.Zero);
        Vector256<long> exact = Vector256.Equals(error, Vector256<double>.Zero).AsInt64();
        return (sum.AsInt64() + Vector256.AndNot(step & even, exact)).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> RoundToSingle(Vector256<double> value) => Avx.ConvertToVector256Double(Avx.ConvertToVector128Single(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> RoundInside(Vector256<double> value)
    {
        Vector256<double> high = value * Vector256.Create(ExactShifts.Splitter);
        return high - (high - value);
    }
}

/// <summary>Any host: 2 outputs.</summary>
internal readonly unsafe struct ExactLanes128 : IExactLanes<Vector128<double>>
{
    public static int Count => Vector128<double>.Count;

    public static Vector128<double> Zero => Vector128<double>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(float* source) => Vector128.Create((double)source[0], source[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector128<double> value)
    {
        target[0] = (float)value[0];
        target[1] = (float)value[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplyAdd(double* a, Vector128<double> b, Vector128<double> c) => Vector128.FusedMultiplyAdd(b, Vector128.Create(*a), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Add(Vector128<double> left, Vector128<double> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Error(Vector128<double> x, Vector128<double> y, Vector128<double> sum)
    {
        Vector128<double> second = sum - x;
        Vector128<double> error = (x - (sum - second)) + (y - second);
        return error & Vector128.Equals(error, error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Coarse(Vector128<double> value) => (value + Vector128.Create(ExactShifts.Coarse)) - Vector128.Create(ExactShifts.Coarse);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Rest(Vector128<double> value, Vector128<double> coarse)
    {
        Vector128<double> rest = value - coarse;
        return rest & Vector128.Equals(rest, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> ToOdd(Vector128<double> sum, Vector128<double> error)
    {
        Vector128<long> step = Vector128.LessThan(sum.AsInt64() ^ error.AsInt64(), Vector128<long>.Zero) | Vector128<long>.One;
        Vector128<long> even = Vector128.Equals(sum.AsInt64() & Vector128<long>.One, Vector128<long>.Zero);
        Vector128<long> exact = Vector128.Equals(error, Vector128<double>.Zero).AsInt64();
        return (sum.AsInt64() + Vector128.AndNot(step & even, exact)).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> RoundToSingle(Vector128<double> value) => Vector128.WidenLower(Vector128.Narrow(value, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> RoundInside(Vector128<double> value) => RoundToSingle(value);
}

internal static class ExactShifts
{
    /// <summary>FP64 numbers near this have 2^-18 as their last place.</summary>
    public const double Coarse = 1.5 * (1L << (52 - 18));

    /// <summary>Splits a number into its first 24 bits and the rest (Veltkamp; Dekker, "A floating-point technique for extending the available
    /// precision", 1971).</summary>
    public const double Splitter = (1L << (53 - 24)) + 1;
}
