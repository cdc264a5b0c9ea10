namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Pools over images [batch, channels, height, width]. Means are summed in fp64 in row-major order and rounded once.</summary>
internal static class PoolingOperators
{
    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["MaxPool"] = new(call => Pool(call, Maximum), Rounds: false),
        ["AveragePool"] = new(call => Pool(call, call.Attribute("count_include_pad", 0) != 0 ? MeanWithPadding : Mean), Rounds: true),
        ["GlobalAveragePool"] = new(GlobalAverage, Rounds: true),
    };

    private delegate float Summary(ReadOnlySpan<float> taps, int windowSize);

    private static float Maximum(ReadOnlySpan<float> taps, int windowSize)
    {
        var greatest = float.NegativeInfinity;
        foreach (var tap in taps)
        {
            greatest = MathF.Max(greatest, tap);
        }

        return greatest;
    }

    private static float Mean(ReadOnlySpan<float> taps, int windowSize) => (float)(Sum(taps) / taps.Length);

    private static float MeanWithPadding(ReadOnlySpan<float> taps, int windowSize) => (float)(Sum(taps) / windowSize);

    private static double Sum(ReadOnlySpan<float> taps)
    {
        var sum = 0.0;
        foreach (var tap in taps)
        {
            sum += tap;
        }

        return sum;
    }

    private static void Pool(Call call, Summary summary)
    {
        var image = call.Floats(0);
        var window = Window.Read(call, image.Shape, null);
        var (height, width) = (image.Shape[2], image.Shape[3]);
        var result = call.NewFloats(image.Shape[0], image.Shape[1], window.Output[0], window.Output[1]);
        var taps = new float[window.Kernel[0] * window.Kernel[1]];
        var at = 0;
        for (var plane = 0; plane < image.Shape[0] * image.Shape[1]; plane++)
        {
            var source = image.Span.Slice(plane * height * width, height * width);
            for (var row = 0; row < window.Output[0]; row++)
            {
                for (var column = 0; column < window.Output[1]; column++)
                {
                    var count = Collect(window, source, height, width, row, column, taps);
                    result.Span[at++] = summary(taps.AsSpan(0, count), taps.Length);
                }
            }
        }

        call.Return(result);
    }

    // The taps inside the image; padding takes no part.
    private static int Collect(Window window, ReadOnlySpan<float> source, int height, int width, int row, int column, Span<float> taps)
    {
        var count = 0;
        for (var i = 0; i < window.Kernel[0]; i++)
        {
            var y = (row * window.Strides[0]) - window.Pads[0] + (i * window.Dilations[0]);
            for (var j = 0; j < window.Kernel[1]; j++)
            {
                var x = (column * window.Strides[1]) - window.Pads[1] + (j * window.Dilations[1]);
                if (y >= 0 && y < height && x >= 0 && x < width)
                {
                    taps[count++] = source[(y * width) + x];
                }
            }
        }

        return count;
    }

    private static void GlobalAverage(Call call)
    {
        var image = call.Floats(0);
        if (image.Shape.Length < 3)
        {
            throw call.Fail("averages a value without an image");
        }

        var pixels = Value.CountOf(image.Shape.AsSpan(2));
        var result = call.NewFloats([image.Shape[0], image.Shape[1], .. Enumerable.Repeat(1, image.Shape.Length - 2)]);
        for (var plane = 0; plane < result.Count; plane++)
        {
            result.Span[plane] = (float)(Sum(image.Span.Slice(plane * pixels, pixels)) / pixels);
        }

        call.Return(result);
    }
}
