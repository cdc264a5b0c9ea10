using Hspi.Numerics.Functions;
using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Operators that look along an axis, and normalisation. Sums are fp64 in index order, results rounded once.</summary>
internal static class ReductionOperators
{
    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["ReduceMean"] = new(call => Reduce(call, divide: true), Rounds: true),
        ["ReduceSum"] = new(call => Reduce(call, divide: false), Rounds: true),
        ["Softmax"] = new(Softmax, Rounds: true),
        ["BatchNormalization"] = new(Normalise, Rounds: true),
    };

    private static void Reduce(Call call, bool divide)
    {
        var source = call.Floats(0);
        var rank = source.Shape.Length;
        var axes = call.List("axes", 1)?.Select(axis => call.Axis(axis, rank)).Order().ToArray() ?? [.. Enumerable.Range(0, rank)];
        if (axes.Distinct().Count() != axes.Length)
        {
            throw call.Fail("names an axis twice");
        }

        var keep = call.Attribute("keepdims", 1) != 0;

        // The reduced axes are moved to the end; mostly they are there already, and the copy is a plain one.
        int[] kept = [.. Enumerable.Range(0, rank).Except(axes)];
        var strides = StridedCopy.Dense(source.Shape);
        int[] order = [.. kept, .. axes];
        var moved = call.NewFloats([.. order.Select(axis => source.Shape[axis])]);
        StridedCopy.Run(moved.Shape, [.. order.Select(axis => strides[axis])], source.Span, 0, moved.Span);

        var result = call.NewFloats([.. Enumerable.Range(0, rank).Where(axis => keep || !axes.Contains(axis)).Select(axis => axes.Contains(axis) ? 1 : source.Shape[axis])]);
        var length = result.Count == 0 ? 0 : source.Count / result.Count;
        for (var i = 0; i < result.Count; i++)
        {
            var sum = 0.0;
            foreach (var number in moved.Span.Slice(i * length, length))
            {
                sum += number;
            }

            result.Span[i] = (float)(divide ? sum / length : sum);
        }

        moved.Release();
        call.Return(result);
    }

    private static void Softmax(Call call)
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
        var powers = new double[length];
        var numbers = new float[length];
        for (var row = 0; length > 0 && row < source.Count / length; row++)
        {
            var (outer, lane) = Math.DivRem(row, inner);
            var at = (outer * length * inner) + lane;
            StridedCopy.Run([length], [inner], source.Span, at, numbers);
            SoftmaxRow(numbers, powers);
            if (inner == 1)
            {
                numbers.CopyTo(result.Span[at..]);
                continue;
            }

            for (var i = 0; i < length; i++)
            {
                result.Span[at + (i * inner)] = numbers[i];
            }
        }

        call.Return(result);
    }

    private static void SoftmaxRow(Span<float> numbers, Span<double> powers)
    {
        ConvertTruncating<float, double>(numbers, powers);
        Subtract(powers, Max(numbers), powers);
        ReproducibleMath.Exp(powers);
        var sum = 0.0;
        foreach (var power in powers)
        {
            sum += power;
        }

        Divide(powers, sum, powers);
        ConvertTruncating<double, float>(powers, numbers);
    }

    private static void Normalise(Call call)
    {
        var source = call.Floats(0);
        if (source.Shape.Length < 2 || Enumerable.Range(1, 4).Any(input => call.Floats(input).Count != source.Shape[1]))
        {
            throw call.Fail("needs one scale, bias, mean and variance per channel");
        }

        var (channels, pixels) = (source.Shape[1], Value.CountOf(source.Shape.AsSpan(2)));
        var result = call.NewLike(source);
        for (var plane = 0; plane < source.Shape[0] * channels; plane++)
        {
            var channel = plane % channels;
            var scale = call.Floats(1).Span[channel] / Math.Sqrt((double)call.Floats(4).Span[channel] + call.Attribute("epsilon", 1e-5f));
            for (var i = plane * pixels; i < (plane + 1) * pixels; i++)
            {
                result.Span[i] = (float)(((source.Span[i] - (double)call.Floats(3).Span[channel]) * scale) + call.Floats(2).Span[channel]);
            }
        }

        call.Return(result);
    }
}
