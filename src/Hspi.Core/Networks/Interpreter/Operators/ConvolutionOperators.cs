using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Convolution as a matrix product: one row per pixel of the result, one column per output channel.</summary>
/// <remarks>
/// The terms of a sum run over kernel rows, kernel columns, then channels, as in the channels-last kernels of the matrix units;
/// which order a given cuDNN algorithm takes is not stated by NVIDIA. The bias is added to the fp32 accumulators.
/// </remarks>
internal static class ConvolutionOperators
{
    // Patches are laid out for at most this many numbers at a time, which bounds memory for large images.
    private const int PatchNumbers = 1 << 20;

    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["Conv"] = new(Convolve, Rounds: true, Prepare),
    };

    private static bool Prepare(Call call, IMatrixArithmetic arithmetic, FloatValue weights)
    {
        var groups = call.Small(call.Attribute("group", 1));
        if (weights.Shape is not [var outputs, var channels, var height, var width] || weights.Count == 0)
        {
            return false;
        }

        if (groups < 1 || outputs % groups != 0)
        {
            throw call.Fail($"divides {outputs} channels into {groups} groups");
        }

        var each = outputs / groups;
        var taps = channels * height * width;
        var right = new float[taps * each];
        call.WeightShape = weights.Shape;
        call.Weights = new IRightOperand[groups];
        for (var group = 0; group < groups; group++)
        {
            // [each, channels, height, width] becomes [height, width, channels, each].
            StridedCopy.Run(
                [height, width, channels, each], [width, 1, height * width, taps], weights.Span, group * each * taps, right);
            call.Weights[group] = arithmetic.Prepare(right, taps, each);
        }

        return true;
    }

    private static void Convolve(Call call)
    {
        var image = call.Floats(0);
        var dynamic = call.Weights is null;
        if (dynamic && !Prepare(call, call.Precision.Products, call.Floats(1)))
        {
            throw call.Fail("needs weights of four axes");
        }

        var window = Window.Read(call, image.Shape, call.WeightShape[2..]);
        var channels = image.Shape[1];
        if (channels != call.WeightShape[1] * call.Weights!.Length)
        {
            throw call.Fail($"has weights for {call.WeightShape[1] * call.Weights.Length} channels, and an image of {channels}");
        }

        var (outputs, pixels) = (call.WeightShape[0], window.Output[0] * window.Output[1]);
        if (call.Has(2) && call.Floats(2).Count != outputs)
        {
            throw call.Fail($"has {call.Floats(2).Count} biases for {outputs} channels");
        }

        var result = call.NewFloats(image.Shape[0], outputs, window.Output[0], window.Output[1]);
        var channelsLast = call.NewFloats(image.Shape[2], image.Shape[3], channels);
        for (var i = 0; i < image.Shape[0]; i++)
        {
            var size = channelsLast.Count;
            StridedCopy.Run([size / channels, channels], [1, size / channels], image.Span.Slice(i * size, size), 0, channelsLast.Span);
            for (var group = 0; group < call.Weights.Length; group++)
            {
                One(call, window, channelsLast, group, result.Span.Slice(i * outputs * pixels, outputs * pixels));
            }
        }

        channelsLast.Release();
        if (dynamic)
        {
            Array.ForEach(call.Weights, weights => weights.Dispose());
            call.Weights = null;
        }

        call.Return(result);
    }

    private static void One(Call call, Window window, FloatValue image, int group, Span<float> result)
    {
        var channels = call.WeightShape[1];
        var terms = channels * window.Kernel[0] * window.Kernel[1];
        var each = call.WeightShape[0] / call.Weights!.Length;
        var pixels = window.Output[0] * window.Output[1];
        var step = Math.Clamp(PatchNumbers / terms, 1, pixels);
        var patches = call.NewFloats(step, terms);
        var sums = call.NewFloats(step, each);
        for (var first = 0; first < pixels; first += step)
        {
            var count = Math.Min(step, pixels - first);
            for (var pixel = 0; pixel < count; pixel++)
            {
                CopyPatch(window, image, group * channels, channels, first + pixel, patches.Span.Slice(pixel * terms, terms));
            }

            call.Weights[group].Multiply(patches.Span[..(count * terms)], count, sums.Span[..(count * each)]);
            for (var channel = 0; channel < each; channel++)
            {
                var line = result.Slice((((group * each) + channel) * pixels) + first, count);
                StridedCopy.Run([count], [each], sums.Span, channel, line);
                if (call.Has(2))
                {
                    Add(line, call.Floats(2).Span[(group * each) + channel], line);
                }
            }
        }

        patches.Release();
        sums.Release();
    }

    private static void CopyPatch(Window window, FloatValue image, int firstChannel, int channels, int pixel, Span<float> patch)
    {
        var (height, width, stride) = (image.Shape[0], image.Shape[1], image.Shape[2]);
        var (row, column) = Math.DivRem(pixel, window.Output[1]);
        var at = 0;
        for (var i = 0; i < window.Kernel[0]; i++)
        {
            var y = (row * window.Strides[0]) - window.Pads[0] + (i * window.Dilations[0]);
            for (var j = 0; j < window.Kernel[1]; j++, at += channels)
            {
                var x = (column * window.Strides[1]) - window.Pads[1] + (j * window.Dilations[1]);
                var tap = patch.Slice(at, channels);
                if (y >= 0 && y < height && x >= 0 && x < width)
                {
                    image.Span.Slice((((y * width) + x) * stride) + firstChannel, channels).CopyTo(tap);
                }
                else
                {
                    tap.Clear();
                }
            }
        }
    }
}
