namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Attention in one piece (<see cref="Onnx.AttentionPattern"/>), in the arithmetic of <see cref="Precision.FusedAttention"/>.</summary>
internal static class AttentionOperator
{
    /// <summary>Runs the node.</summary>
    public static void Run(Call call)
    {
        var (queries, keys, values, mask) = (call.Floats(0), call.Floats(1), call.Floats(2), call.Floats(3));
        if (queries.Shape is not [var batch, var heads, var group, var length, var width] || keys.Shape is not [_, _, var total, _]
            || keys.Count != batch * heads * total * width || values.Count != keys.Count || mask.Count != length * total)
        {
            throw call.Fail("mixes queries, keys, values and a mask that do not fit each other");
        }

        var result = call.NewLike(queries);
        var (rows, cached) = (length * width, total * width);
        for (var head = 0; head < batch * heads; head++)
        {
            for (var at = head * group * rows; at < (head + 1) * group * rows; at += rows)
            {
                call.Precision.FusedAttention!.Mix(
                    queries.Span.Slice(at, rows), keys.Span.Slice(head * cached, cached), values.Span.Slice(head * cached, cached), mask.Span, call.Attribute("scale", 1f), width, result.Span.Slice(at, rows));
            }
        }

        call.Return(result);
    }
}
