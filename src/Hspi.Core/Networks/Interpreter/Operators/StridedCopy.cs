namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Reads a source in any regular order into a dense result: transposing, slicing and repeating are all this.</summary>
internal static class StridedCopy
{
    /// <summary>Steps of a row-major array.</summary>
    public static int[] Dense(ReadOnlySpan<int> shape)
    {
        var strides = new int[shape.Length];
        var step = 1;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        return strides;
    }

    /// <summary>result[i, j, …] = source[offset + i·strides[0] + j·strides[1] + …].</summary>
    public static void Run<T>(int[] shape, int[] strides, ReadOnlySpan<T> source, int offset, Span<T> result)
    {
        if (result.Length == 0)
        {
            return;
        }

        var axes = Broadcast.Collapse(shape, strides, Dense(shape));
        Walk(axes.Extents, axes.Left, source, offset, result);
    }

    private static void Walk<T>(ReadOnlySpan<int> extents, ReadOnlySpan<int> steps, ReadOnlySpan<T> source, int offset, Span<T> result)
    {
        if (extents.Length == 0)
        {
            result[0] = source[offset];
        }
        else if (extents.Length > 1)
        {
            var step = result.Length / extents[0];
            for (var i = 0; i < extents[0]; i++)
            {
                Walk(extents[1..], steps[1..], source, offset + (i * steps[0]), result.Slice(i * step, step));
            }
        }
        else if (steps[0] == 1)
        {
            source.Slice(offset, result.Length).CopyTo(result);
        }
        else
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = source[offset + (i * steps[0])];
            }
        }
    }
}
