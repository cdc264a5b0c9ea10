namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Two shapes lined up by ONNX's (NumPy's) rules: axes from the back, an extent of 1 repeats.</summary>
internal static class Broadcast
{
    /// <summary>The common shape.</summary>
    public static int[] Shape(Call call, ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var shape = new int[Math.Max(left.Length, right.Length)];
        for (var axis = 1; axis <= shape.Length; axis++)
        {
            var a = axis <= left.Length ? left[^axis] : 1;
            var b = axis <= right.Length ? right[^axis] : 1;
            shape[^axis] = a == b || b == 1 ? a : a == 1 ? b
                : throw call.Fail($"cannot line up [{string.Join(", ", left.ToArray())}] with [{string.Join(", ", right.ToArray())}]");
        }

        return shape;
    }

    /// <summary>Steps of a source along each axis of <paramref name="shape"/>; 0 where the source repeats.</summary>
    public static int[] Strides(ReadOnlySpan<int> source, ReadOnlySpan<int> shape)
    {
        var strides = new int[shape.Length];
        var step = 1;
        for (var axis = 1; axis <= source.Length; axis++)
        {
            strides[^axis] = source[^axis] == 1 ? 0 : step;
            step *= source[^axis];
        }

        return strides;
    }

    /// <summary>Joins neighbouring axes over which both sources run on evenly, so that inner loops are long; axes of 1 go.</summary>
    public static Axes Collapse(ReadOnlySpan<int> shape, ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        // One small array: this runs once per node and step, where a list of tuples would cost more than the node.
        var axes = new int[3 * shape.Length];
        var extents = axes.AsSpan(0, shape.Length);
        var leftSteps = axes.AsSpan(shape.Length, shape.Length);
        var rightSteps = axes.AsSpan(2 * shape.Length);
        var rank = 0;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 1)
            {
                continue;
            }

            var extent = shape[axis];
            if (rank > 0 && leftSteps[rank - 1] == left[axis] * extent && rightSteps[rank - 1] == right[axis] * extent)
            {
                rank--;
                extent *= extents[rank];
            }

            (extents[rank], leftSteps[rank], rightSteps[rank]) = (extent, left[axis], right[axis]);
            rank++;
        }

        return new Axes(extents[..rank], leftSteps[..rank], rightSteps[..rank]);
    }

    /// <summary>Nested loops over two sources.</summary>
    internal readonly ref struct Axes(ReadOnlySpan<int> extents, ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        /// <summary>Iterations, outermost first.</summary>
        public ReadOnlySpan<int> Extents { get; } = extents;

        /// <summary>Steps of the left source.</summary>
        public ReadOnlySpan<int> Left { get; } = left;

        /// <summary>Steps of the right source.</summary>
        public ReadOnlySpan<int> Right { get; } = right;
    }
}
