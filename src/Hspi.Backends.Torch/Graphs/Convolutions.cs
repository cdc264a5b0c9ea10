using TorchSharp;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>Operators that slide a window over images.</summary>
internal static class Convolutions
{
    /// <summary>ONNX <c>Conv</c> on images.</summary>
    public static Tensor[] Convolve(OperatorCall call)
    {
        var weight = call[1];
        if (weight.dim() != 4)
        {
            throw call.NotRun($"{weight.dim() - 2} spatial axes");
        }

        var (value, pads) = Padded(call, call[0], weight.shape[2..], 0);
        return [nn.functional.conv2d(value, weight, call.Optional(2), call.Integers("strides") ?? [1, 1], pads, call.Integers("dilations") ?? [1, 1], call.Integer("group", 1))];
    }

    /// <summary>ONNX <c>MaxPool</c>.</summary>
    public static Tensor[] MaxPool(OperatorCall call)
    {
        var kernel = Kernel(call);
        var (value, _) = Padded(call, call[0], kernel, double.NegativeInfinity, always: true);
        var strides = call.Integers("strides") ?? [1, 1];
        return [nn.functional.max_pool2d(value, kernel, strides, null, null, call.Integer("ceil_mode", 0) != 0)];
    }

    /// <summary>ONNX <c>AveragePool</c> without padding.</summary>
    public static Tensor[] AveragePool(OperatorCall call) =>
        (call.Integers("pads") ?? []).Any(pad => pad != 0) || call.Text("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER"
            ? throw call.NotRun("padding")
            : [nn.functional.avg_pool2d(call[0], Kernel(call), call.Integers("strides") ?? [1, 1])];

    private static long[] Kernel(OperatorCall call) =>
        call.Integers("kernel_shape") is { Length: 2 } kernel ? kernel : throw call.NotRun("a window that is not two-dimensional");

    // Even padding is left to the operator; uneven padding (SAME with an even window) is put around the image first.
    private static (Tensor Value, long[] Pads) Padded(OperatorCall call, Tensor value, long[] kernel, double with, bool always = false)
    {
        var pads = call.Integers("pads") ?? [0, 0, 0, 0];
        if (call.Text("auto_pad", "NOTSET") is ("SAME_UPPER" or "SAME_LOWER") and var same)
        {
            var strides = call.Integers("strides") ?? [1, 1];
            for (var axis = 0; axis < 2; axis++)
            {
                var extent = value.shape[2 + axis];
                var whole = Math.Max(0, ((((extent + strides[axis] - 1) / strides[axis]) - 1) * strides[axis]) + kernel[axis] - extent);
                pads[axis] = same == "SAME_UPPER" ? whole / 2 : whole - (whole / 2);
                pads[axis + 2] = whole - pads[axis];
            }
        }

        return pads[0] == pads[2] && pads[1] == pads[3] && !always
            ? (value, [pads[0], pads[1]])
            : (pads.All(pad => pad == 0) ? value : nn.functional.pad(value, [pads[1], pads[3], pads[0], pads[2]], PaddingModes.Constant, with), [0, 0]);
    }
}
