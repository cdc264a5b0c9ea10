namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Operators that look along an axis, and normalisation. Sums are fp64 in index order, results rounded once.</summary>
internal static class ReductionOperators
{
    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["ReduceMean"] = new(call => Reduce(call, divide: true), Rounds: true),
        ["ReduceSum"] = new(call => Reduce(call, divide: false), Rounds: true),
        ["Softmax"] = new(SoftmaxOperator.Run, Rounds: true),
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

        // The reduced axes are moved to the end, unless they are there already.
        int[] kept = [.. Enumerable.Range(0, rank).Except(axes)];
        int[] order = [.. kept, .. axes];
        var inPlace = order.AsSpan().SequenceEqual([.. Enumerable.Range(0, rank)]);
        var moved = inPlace ? source : call.NewFloats([.. order.Select(axis => source.Shape[axis])]);
        if (!inPlace)
        {
            var strides = StridedCopy.Dense(source.Shape);
            StridedCopy.Run(moved.Shape, [.. order.Select(axis => strides[axis])], source.Span, 0, moved.Span);
        }

        var result = call.NewFloats([.. Enumerable.Range(0, rank).Where(axis => keep || !axes.Contains(axis)).Select(axis => axes.Contains(axis) ? 1 : source.Shape[axis])]);
        Sums(moved.Span, divide, result.Span);
        if (!inPlace)
        {
            moved.Release();
        }

        call.Return(result);
    }

    private static void Sums(ReadOnlySpan<float> numbers, bool divide, Span<float> result)
    {
        var length = result.Length == 0 ? 0 : numbers.Length / result.Length;
        Span<double> sums = stackalloc double[RowSums.Rows];
        for (var first = 0; first < result.Length; first += RowSums.Rows)
        {
            var rows = Math.Min(RowSums.Rows, result.Length - first);
            var all = rows == RowSums.Rows;
            if (all)
            {
                RowSums.Of(numbers.Slice(first * length, rows * length), length, sums);
            }

            for (var row = 0; row < rows; row++)
            {
                var sum = all ? sums[row] : RowSums.Of(numbers.Slice((first + row) * length, length));
                result[first + row] = (float)(divide ? sum / length : sum);
            }
        }
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
