using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.Ieee;

/// <summary>FP32 operations on one register of outputs. All are IEEE's, so every width gives the same bits.</summary>
internal unsafe interface IIeeeLanes<TFloat>
    where TFloat : struct
{
    /// <summary>Outputs in one register.</summary>
    static abstract int Count { get; }

    static abstract TFloat Load(float* source);
    static abstract void Store(float* target, TFloat value);

    /// <summary>*a · b.</summary>
    static abstract TFloat Multiply(float* a, TFloat b);

    /// <summary>*a · b + c, rounded once.</summary>
    static abstract TFloat MultiplyAdd(float* a, TFloat b, TFloat c);

    static abstract TFloat Add(TFloat left, TFloat right);

    /// <summary>A subnormal number becomes a zero with its sign.</summary>
    static abstract TFloat Flush(TFloat value);
}

/// <summary>AVX-512: 16 outputs.</summary>
internal readonly unsafe struct IeeeLanes512 : IIeeeLanes<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(float* a, Vector512<float> b) => b * Vector512.Create(*a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(float* a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(b, Vector512.Create(*a), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Flush(Vector512<float> value) => Vector512.ConditionalSelect(
        Vector512.LessThan(Vector512.Abs(value), Vector512.Create(IeeeKernels.SmallestNormal)),
        value & Vector512.Create(-0f),
        value);
}

/// <summary>AVX2: 8 outputs.</summary>
internal readonly unsafe struct IeeeLanes256 : IIeeeLanes<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector256<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(float* a, Vector256<float> b) => b * Vector256.Create(*a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(float* a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(b, Vector256.Create(*a), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Flush(Vector256<float> value) => Vector256.ConditionalSelect(
        Vector256.LessThan(Vector256.Abs(value), Vector256.Create(IeeeKernels.SmallestNormal)),
        value & Vector256.Create(-0f),
        value);
}

/// <summary>Any host: 4 outputs.</summary>
internal readonly unsafe struct IeeeLanes128 : IIeeeLanes<Vector128<float>>
{
    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector128<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(float* a, Vector128<float> b) => b * Vector128.Create(*a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(float* a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(b, Vector128.Create(*a), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Flush(Vector128<float> value) => Vector128.ConditionalSelect(
        Vector128.LessThan(Vector128.Abs(value), Vector128.Create(IeeeKernels.SmallestNormal)),
        value & Vector128.Create(-0f),
        value);
}
