namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Operators that move elements without changing them.</summary>
internal static class SliceOperators
{
    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["Transpose"] = new(Transpose, Rounds: false),
        ["Expand"] = new(Expand, Rounds: false),
        ["Slice"] = new(Slice, Rounds: false),
        ["Split"] = new(Split, Rounds: false),
        ["Concat"] = new(Concat, Rounds: false),
        ["Gather"] = new(Gather, Rounds: false),
    };

    private static void Transpose(Call call)
    {
        var source = call.Any(0);
        var rank = source.Shape.Length;
        var order = call.List("perm")?.Select(axis => call.Axis(axis, rank)).ToArray() ?? [.. Enumerable.Range(0, rank).Reverse()];
        if (order.Length != rank || order.Distinct().Count() != rank)
        {
            throw call.Fail($"orders {rank} axes as [{string.Join(", ", order)}]");
        }

        var strides = StridedCopy.Dense(source.Shape);
        call.Return(Take(call, source, [.. order.Select(axis => source.Shape[axis])], [.. order.Select(axis => strides[axis])], 0));
    }

    private static void Expand(Call call)
    {
        var source = call.Any(0);
        int[] wanted = [.. call.Integers(1).Elements.Select(call.Small)];
        var shape = Broadcast.Shape(call, source.Shape, wanted);
        call.Return(Take(call, source, shape, Broadcast.Strides(source.Shape, shape), 0));
    }

    private static void Slice(Call call)
    {
        var source = call.Any(0);
        var starts = call.List("starts", 1) ?? throw call.Fail("has no starts");
        var ends = call.List("ends", 2) ?? throw call.Fail("has no ends");
        var axes = call.List("axes", 3) ?? [.. Enumerable.Range(0, starts.Count).Select(axis => (long)axis)];
        var steps = call.Has(4) ? call.Integers(4).Elements : [.. Enumerable.Repeat(1L, starts.Count)];
        if (ends.Count != starts.Count || axes.Count != starts.Count || steps.Length != starts.Count)
        {
            throw call.Fail("has starts, ends, axes and steps of different lengths");
        }

        var shape = source.Shape.ToArray();
        var strides = StridedCopy.Dense(source.Shape);
        var offset = 0;
        for (var i = 0; i < starts.Count; i++)
        {
            var axis = call.Axis(axes[i], shape.Length);
            if (steps[i] < 1)
            {
                throw call.Fail($"steps by {steps[i]}; only forward steps are supported");
            }

            var first = Bound(starts[i], source.Shape[axis]);
            var last = Math.Max(first, Bound(ends[i], source.Shape[axis]));
            var step = (int)Math.Min(steps[i], Math.Max(1, source.Shape[axis]));
            offset += first * strides[axis];
            shape[axis] = (last - first + step - 1) / step;
            strides[axis] *= step;
        }

        call.Return(Take(call, source, shape, strides, offset));
    }

    private static int Bound(long index, int extent) => (int)Math.Clamp(index < 0 ? Math.Max(index, -extent) + extent : index, 0, extent);

    private static void Split(Call call)
    {
        var source = call.Any(0);
        var axis = call.Axis(call.Attribute("axis", 0), source.Shape.Length);
        var parts = call.Outputs.Length;
        var extent = source.Shape[axis];
        var chunk = (extent + parts - 1) / parts;
        var sizes = call.List("split", 1)?.Select(call.Small).ToArray()
            ?? [.. Enumerable.Range(0, parts).Select(part => Math.Clamp(extent - (part * chunk), 0, chunk))];
        if (sizes.Length != parts || sizes.Any(size => size < 0) || sizes.Sum(size => (long)size) != extent)
        {
            throw call.Fail($"cuts an axis of {extent} into [{string.Join(", ", sizes)}] for {parts} results");
        }

        var strides = StridedCopy.Dense(source.Shape);
        var offset = 0;
        for (var part = 0; part < parts; part++)
        {
            var shape = source.Shape.ToArray();
            shape[axis] = sizes[part];
            call.Outputs[part] = Take(call, source, shape, strides, offset);
            offset += sizes[part] * strides[axis];
        }
    }

    private static void Concat(Call call)
    {
        var first = call.Any(0);
        var axis = call.Axis(call.Attribute("axis", 0), first.Shape.Length);
        var shape = first.Shape.ToArray();
        for (var i = 1; i < call.Inputs.Length; i++)
        {
            var other = call.Any(i).Shape;
            if (other.Length != shape.Length || other.Where((extent, at) => at != axis && extent != shape[at]).Any())
            {
                throw call.Fail($"cannot join [{string.Join(", ", shape)}] and [{string.Join(", ", other)}] along axis {axis}");
            }

            shape[axis] = call.Small((long)shape[axis] + other[axis]);
        }

        if (first is FloatValue)
        {
            var result = call.NewFloats(shape);
            Join(call, axis, result.Span, i => call.Floats(i).Span);
            call.Return(result);
        }
        else
        {
            var result = call.NewIntegers(shape);
            Join<long>(call, axis, result.Elements, i => call.Integers(i).Elements);
            call.Return(result);
        }
    }

    private delegate ReadOnlySpan<T> Elements<T>(int input);

    private static void Join<T>(Call call, int axis, Span<T> result, Elements<T> elements)
    {
        var rows = Value.CountOf(call.Any(0).Shape.AsSpan(0, axis));
        var width = rows == 0 ? 0 : result.Length / rows;
        var at = 0;
        for (var i = 0; i < call.Inputs.Length; i++)
        {
            var source = elements(i);
            var part = rows == 0 ? 0 : source.Length / rows;
            for (var row = 0; row < rows; row++)
            {
                source.Slice(row * part, part).CopyTo(result[((row * width) + at)..]);
            }

            at += part;
        }
    }

    private static void Gather(Call call)
    {
        var source = call.Any(0);
        var indices = call.Integers(1);
        var axis = call.Axis(call.Attribute("axis", 0), source.Shape.Length);
        var extent = source.Shape[axis];
        foreach (var index in indices.Elements)
        {
            if (index < -extent || index >= extent)
            {
                throw call.Fail($"takes element {index} of an axis of {extent}");
            }
        }

        int[] shape = [.. source.Shape[..axis], .. indices.Shape, .. source.Shape[(axis + 1)..]];
        if (source is FloatValue numbers)
        {
            var result = call.NewFloats(shape);
            Pick(numbers.Span, indices.Elements, extent, Value.CountOf(source.Shape.AsSpan(axis + 1)), result.Span);
            call.Return(result);
        }
        else
        {
            var result = call.NewIntegers(shape);
            Pick<long>(call.Integers(0).Elements, indices.Elements, extent, Value.CountOf(source.Shape.AsSpan(axis + 1)), result.Elements);
            call.Return(result);
        }
    }

    private static void Pick<T>(ReadOnlySpan<T> source, long[] indices, int extent, int block, Span<T> result)
    {
        for (var at = 0; at < result.Length; at += block)
        {
            var (outer, which) = Math.DivRem(at / block, indices.Length);
            var index = (int)(indices[which] < 0 ? indices[which] + extent : indices[which]);
            source.Slice(((outer * extent) + index) * block, block).CopyTo(result[at..]);
        }
    }

    private static Value Take(Call call, Value source, int[] shape, int[] strides, int offset)
    {
        if (source is FloatValue numbers)
        {
            var result = call.NewFloats(shape);
            StridedCopy.Run(shape, strides, numbers.Span, offset, result.Span);
            return result;
        }

        var whole = call.NewIntegers(shape);
        StridedCopy.Run<long>(shape, strides, ((IntegerValue)source).Elements, offset, whole.Elements);
        return whole;
    }
}
