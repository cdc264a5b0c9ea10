using Hspi.Networks.Onnx;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Operators that give the same elements another shape, and those that make constants.</summary>
internal static class ShapeOperators
{
    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["Identity"] = new(call => call.Return(call.Any(0).Reshaped(call.Any(0).Shape)), Rounds: false),
        // At inference nothing is dropped.
        ["Dropout"] = new(call => call.Return(call.Any(0).Reshaped(call.Any(0).Shape)), Rounds: false),
        ["Cast"] = new(Cast, Rounds: true),
        ["Reshape"] = new(Reshape, Rounds: false),
        ["Flatten"] = new(Flatten, Rounds: false),
        ["Squeeze"] = new(Squeeze, Rounds: false),
        ["Unsqueeze"] = new(Unsqueeze, Rounds: false),
        ["Shape"] = new(call => call.Return(new IntegerValue([call.Any(0).Shape.Length], [.. call.Any(0).Shape.Select(extent => (long)extent)])), Rounds: false),
        ["Constant"] = new(Constant, Rounds: true),
    };

    private static void Reshape(Call call)
    {
        var value = call.Any(0);
        var wanted = call.List("shape", 1) ?? throw call.Fail("has no shape");
        var shape = new int[wanted.Count];
        var free = -1;
        var known = 1L;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = wanted[axis] switch
            {
                0 when call.Attribute("allowzero", 0) == 0 => axis < value.Shape.Length ? value.Shape[axis] : throw call.Fail($"copies axis {axis}, which the input does not have"),
                -1 when free < 0 => -1,
                >= 0 and <= int.MaxValue => (int)wanted[axis],
                _ => throw call.Fail($"asks for the shape [{string.Join(", ", wanted)}]"),
            };
            if (shape[axis] == -1)
            {
                free = axis;
            }
            else
            {
                known *= shape[axis];
            }
        }

        if (free >= 0)
        {
            shape[free] = known == 0 ? 0 : (int)(value.Count / known);
        }

        call.Return(OnnxCheck.CountOf(shape.Select(extent => (long)extent)) == value.Count
            ? value.Reshaped(shape)
            : throw call.Fail($"cannot give [{string.Join(", ", value.Shape)}] the shape [{string.Join(", ", wanted)}]"));
    }

    private static void Flatten(Call call)
    {
        var value = call.Any(0);
        var axis = call.Attribute("axis", 1);
        var first = axis == value.Shape.Length ? value.Shape.Length : call.Axis(axis, value.Shape.Length);
        call.Return(value.Reshaped([Value.CountOf(value.Shape.AsSpan(0, first)), Value.CountOf(value.Shape.AsSpan(first))]));
    }

    private static void Squeeze(Call call)
    {
        var value = call.Any(0);
        var axes = call.List("axes", 1)?.Select(axis => call.Axis(axis, value.Shape.Length)).ToHashSet();
        if (axes?.Any(axis => value.Shape[axis] != 1) == true)
        {
            throw call.Fail($"removes an axis of [{string.Join(", ", value.Shape)}] that is not 1");
        }

        call.Return(value.Reshaped([.. value.Shape.Where((extent, axis) => axes is null ? extent != 1 : !axes.Contains(axis))]));
    }

    private static void Unsqueeze(Call call)
    {
        var value = call.Any(0);
        var list = call.List("axes", 1) ?? throw call.Fail("has no axes");
        var rank = value.Shape.Length + list.Count;
        var axes = list.Select(axis => call.Axis(axis, rank)).ToHashSet();
        if (axes.Count != list.Count)
        {
            throw call.Fail("names an axis twice");
        }

        var shape = new int[rank];
        var next = 0;
        for (var axis = 0; axis < rank; axis++)
        {
            shape[axis] = axes.Contains(axis) ? 1 : value.Shape[next++];
        }

        call.Return(value.Reshaped(shape));
    }

    private static void Cast(Call call)
    {
        var value = call.Any(0);
        var type = (OnnxElementType)call.Attribute("to", 0L);
        switch (value, type)
        {
            case (FloatValue numbers, OnnxElementType.Float32 or OnnxElementType.Float64):
                call.Return(numbers.Reshaped(numbers.Shape));
                return;
            case (FloatValue numbers, OnnxElementType.Float16 or OnnxElementType.BFloat16):
                var rounded = call.NewLike(numbers);
                numbers.Span.CopyTo(rounded.Span);
                (type == OnnxElementType.Float16 ? ElementFormat.Float16 : ElementFormat.BFloat16).Round(rounded.Span);
                call.Return(rounded);
                return;
            case (FloatValue numbers, OnnxElementType.Int32 or OnnxElementType.Int64):
                call.Return(new IntegerValue(numbers.Shape, [.. numbers.Span.ToArray().Select(number => (long)number)]));
                return;
            case (IntegerValue whole, OnnxElementType.Int32 or OnnxElementType.Int64):
                call.Return(whole.Reshaped(whole.Shape));
                return;
            case (IntegerValue whole, OnnxElementType.Float32 or OnnxElementType.Float64 or OnnxElementType.Float16 or OnnxElementType.BFloat16):
                var widened = call.NewFloats(whole.Shape);
                for (var i = 0; i < whole.Count; i++)
                {
                    widened.Span[i] = whole.Elements[i];
                }

                call.Return(widened);
                return;
            default:
                throw call.Fail($"casts to type {type}, which is not supported");
        }
    }

    private static void Constant(Call call) => call.Return(call.Node.Attributes.Values.FirstOrDefault() switch
    {
        OnnxAttribute.Constant constant => TensorValues.Of(constant.Value, $"the constant \"{call.Node.Name}\""),
        OnnxAttribute.Integer one => new IntegerValue([], [one.Value]),
        OnnxAttribute.Integers several => new IntegerValue([several.Values.Count], [.. several.Values]),
        OnnxAttribute.Real one => new FloatValue([], new SharedBuffer([one.Value], null)),
        _ => throw call.Fail("holds a constant of an unsupported kind"),
    });
}
