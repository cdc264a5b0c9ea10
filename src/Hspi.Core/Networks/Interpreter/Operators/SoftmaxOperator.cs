using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Functions;
using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Softmax: e^(x − max) in fp64, each row's sum in index order, one division and one rounding.</summary>
internal static class SoftmaxOperator
{
    // About 8 microseconds.
    private const int LeastElements = 4096;

    /// <summary>Runs a Softmax node.</summary>
    public static void Run(Call call)
    {
        var source = call.Floats(0);
        var rank = source.Shape.Length;
        var axis = call.Axis(call.Attribute("axis", call.OperatorSet < 13 ? 1 : -1), rank);
        var inner = Value.CountOf(source.Shape.AsSpan(axis + 1));
        var length = source.Shape[axis];
        if (call.OperatorSet < 13)
        {
            // Before operator set 13 everything from the axis on was one row.
            (length, inner) = (length * inner, 1);
        }

        var result = call.NewLike(source);
        if (inner == 1)
        {
            // Eight rows run side by side in any case.
            var grain = RowSums.Rows * Math.Max(1, LeastElements / (RowSums.Rows * Math.Max(1, length)));
            Parts.Run(call.Precision.Threads, length == 0 ? 0 : source.Count / length, grain, (first, end) => Rows(
                source.Span[(first * length)..(end * length)], length, result.Span[(first * length)..(end * length)]));
        }
        else
        {
            Strided(source.Span, length, inner, result.Span);
        }

        call.Return(result);
    }

    private static void Strided(ReadOnlySpan<float> source, int length, int inner, Span<float> result)
    {
        var numbers = new float[length];
        for (var row = 0; length > 0 && row < source.Length / length; row++)
        {
            var (outer, lane) = Math.DivRem(row, inner);
            var at = (outer * length * inner) + lane;
            StridedCopy.Run([length], [inner], source, at, numbers);
            Rows(numbers, length, numbers);
            for (var i = 0; i < length; i++)
            {
                result[at + (i * inner)] = numbers[i];
            }
        }
    }

    // Rows of one length, one behind the other.
    private static void Rows(ReadOnlySpan<float> source, int length, Span<float> result)
    {
        var count = length == 0 ? 0 : source.Length / length;
        var powers = ArrayPool<double>.Shared.Rent(RowSums.Rows * length);
        Span<double> sums = stackalloc double[RowSums.Rows];
        for (var first = 0; first < count; first += RowSums.Rows)
        {
            var rows = Math.Min(RowSums.Rows, count - first);
            for (var row = 0; row < rows; row++)
            {
                Powers(source.Slice((first + row) * length, length), powers.AsSpan(row * length, length));
            }

            if (rows == RowSums.Rows)
            {
                RowSums.Of<double>(powers.AsSpan(0, rows * length), length, sums);
            }

            for (var row = 0; row < rows; row++)
            {
                sums[row] = rows == RowSums.Rows ? sums[row] : RowSums.Of<double>(powers.AsSpan(row * length, length));
                Shares(powers.AsSpan(row * length, length), sums[row], result.Slice((first + row) * length, length));
            }
        }

        ArrayPool<double>.Shared.Return(powers);
    }

    private static void Powers(ReadOnlySpan<float> numbers, Span<double> powers)
    {
        var largest = Vector256.Create((double)Max(numbers));
        ref var from = ref MemoryMarshal.GetReference(numbers);
        ref var to = ref MemoryMarshal.GetReference(powers);
        var at = 0;
        for (; Vector512.IsHardwareAccelerated && at <= numbers.Length - Vector512<float>.Count; at += Vector512<float>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)at));
            Power(low - Vector512.Create(largest, largest)).StoreUnsafe(ref to, (nuint)at);
            Power(high - Vector512.Create(largest, largest)).StoreUnsafe(ref to, (nuint)(at + Vector512<double>.Count));
        }

        for (; at <= numbers.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)at));
            Power(low - largest).StoreUnsafe(ref to, (nuint)at);
            Power(high - largest).StoreUnsafe(ref to, (nuint)(at + Vector256<double>.Count));
        }

        for (; at < numbers.Length; at++)
        {
            powers[at] = ReproducibleMath.Exp(numbers[at] - largest.ToScalar());
        }
    }

    // Half of a prompt's scores are masked, and far below where e^x is 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Power(Vector256<double> x) =>
        Vector256.LessThanAll(x, Vector256.Create(ReproducibleMath.Vanishes)) ? Vector256<double>.Zero : ReproducibleMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Power(Vector512<double> x) =>
        Vector512.LessThanAll(x, Vector512.Create(ReproducibleMath.Vanishes)) ? Vector512<double>.Zero : ReproducibleMath.Exp(x);

    private static void Shares(ReadOnlySpan<double> powers, double sum, Span<float> shares)
    {
        var divisor = Vector256.Create(sum);
        ref var from = ref MemoryMarshal.GetReference(powers);
        ref var to = ref MemoryMarshal.GetReference(shares);
        var at = 0;
        for (; at <= powers.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            var low = Vector256.LoadUnsafe(ref from, (nuint)at);
            var high = Vector256.LoadUnsafe(ref from, (nuint)(at + Vector256<double>.Count));

            // Divisions are what takes time here; where all powers are zeros and the sum is a number, so are the shares.
            var shared = (low.AsInt64() | high.AsInt64()) == Vector256<long>.Zero && !double.IsNaN(sum)
                ? Vector256<float>.Zero
                : Vector256.Narrow(low / divisor, high / divisor);
            shared.StoreUnsafe(ref to, (nuint)at);
        }

        for (; at < powers.Length; at++)
        {
            shares[at] = (float)(powers[at] / sum);
        }
    }
}
