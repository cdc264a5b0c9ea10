namespace Hspi.Networks.Interpreter.Operators;

/// <summary>A window that slides over the last two axes of an image: kernel, steps and padding of convolutions and pools.</summary>
/// <param name="Kernel">Height and width of the window.</param>
/// <param name="Strides">Steps.</param>
/// <param name="Dilations">Distance of neighbouring taps.</param>
/// <param name="Pads">Padding at the top, left, bottom and right.</param>
/// <param name="Output">Height and width of the result.</param>
internal sealed record Window(int[] Kernel, int[] Strides, int[] Dilations, int[] Pads, int[] Output)
{
    /// <summary>Reads the attributes of <paramref name="call"/> for an input of <paramref name="shape"/> [batch, channels, height, width].</summary>
    /// <exception cref="HspiException">It is not a two-dimensional window that fits.</exception>
    public static Window Read(Call call, int[] shape, int[]? weightKernel)
    {
        if (shape.Length != 4)
        {
            throw call.Fail($"slides over a value of {shape.Length} axes; images have 4");
        }

        var kernel = Pair(call, "kernel_shape", weightKernel);
        var strides = Pair(call, "strides", [1, 1]);
        var dilations = Pair(call, "dilations", [1, 1]);
        int[] pads = [.. (call.List("pads") ?? [0, 0, 0, 0]).Select(call.Small)];
        if (pads.Length != 4 || pads.Any(pad => pad is < 0 or > 4096) || kernel.Concat(strides).Concat(dilations).Any(extent => extent is < 1 or > 4096))
        {
            throw call.Fail("has a window that is not two-dimensional, empty, or larger than 4096");
        }

        var roundUp = call.Attribute("ceil_mode", 0) != 0;
        var padding = call.Attribute("auto_pad", "NOTSET");
        var output = new int[2];
        for (var axis = 0; axis < 2; axis++)
        {
            var reach = (dilations[axis] * (kernel[axis] - 1)) + 1;
            var extent = shape[axis + 2];
            if (padding is "SAME_UPPER" or "SAME_LOWER")
            {
                var total = Math.Max(0, (((extent + strides[axis] - 1) / strides[axis] - 1) * strides[axis]) + reach - extent);
                pads[axis] = padding == "SAME_UPPER" ? total / 2 : (total + 1) / 2;
                pads[axis + 2] = total - pads[axis];
            }
            else if (padding == "VALID")
            {
                (pads[axis], pads[axis + 2]) = (0, 0);
            }

            var room = extent + pads[axis] + pads[axis + 2] - reach;
            if (room < 0)
            {
                throw call.Fail($"has a window of {reach} over {extent} rows or columns");
            }

            output[axis] = ((roundUp ? room + strides[axis] - 1 : room) / strides[axis]) + 1;
            // A last window that would begin in the padding behind the image is left out.
            if (roundUp && (output[axis] - 1) * strides[axis] >= extent + pads[axis])
            {
                output[axis]--;
            }
        }

        return new Window(kernel, strides, dilations, pads, output);
    }

    private static int[] Pair(Call call, string name, int[]? otherwise) =>
        call.List(name)?.Select(call.Small).ToArray() switch
        {
            null => otherwise ?? throw call.Fail($"has no {name}"),
            [var height, var width] => [height, width],
            _ => throw call.Fail($"has a {name} that is not two numbers"),
        };
}
