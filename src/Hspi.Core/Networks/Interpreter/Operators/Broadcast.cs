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

    /// <summary>Joins neighbouring axes over which both sources run on evenly, so that inner loops are long.</summary>
    public static (int[] Shape, int[] Left, int[] Right) Collapse(int[] shape, int[] left, int[] right)
    {
        List<(int Extent, int Left, int Right)> axes = [];
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 1)
            {
                continue;
            }

            var inner = (Extent: shape[axis], Left: left[axis], Right: right[axis]);
            if (axes.Count > 0 && axes[^1].Left == inner.Left * inner.Extent && axes[^1].Right == inner.Right * inner.Extent)
            {
                inner.Extent *= axes[^1].Extent;
                axes.RemoveAt(axes.Count - 1);
            }

            axes.Add(inner);
        }

        return ([.. axes.Select(axis => axis.Extent)], [.. axes.Select(axis => axis.Left)], [.. axes.Select(axis => axis.Right)]);
    }
}
