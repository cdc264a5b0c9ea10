using Hspi.Networks.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>What each ONNX operator is in libtorch. To add one, add a line.</summary>
/// <remarks>Meanings from the ONNX operator reference, opset 7 to 17.</remarks>
internal static class Operators
{
    /// <summary>By operator type.</summary>
    public static IReadOnlyDictionary<string, Func<OperatorCall, Tensor[]>> All { get; } = new Dictionary<string, Func<OperatorCall, Tensor[]>>(StringComparer.Ordinal)
    {
        ["Add"] = Add,
        ["Sub"] = call => [call[0] - call[1]],
        ["Mul"] = call => [call[0] * call[1]],
        ["Div"] = call => [call[0] / call[1]],
        ["Sqrt"] = call => [call[0].sqrt()],
        ["Exp"] = call => [call[0].exp()],
        ["Erf"] = call => [call[0].erf()],
        ["Pow"] = call => [call[0].pow(call[1])],
        ["Neg"] = call => [-call[0]],
        ["Relu"] = call => [call[0].relu()],
        ["Sigmoid"] = call => [call[0].sigmoid()],
        ["Tanh"] = call => [call[0].tanh()],
        ["Softmax"] = call => [call[0].softmax(call.Integer("axis", -1))],
        ["LogSoftmax"] = call => [nn.functional.log_softmax(call[0], call.Integer("axis", -1))],
        ["Identity"] = call => [call[0]],
        ["Dropout"] = call => [call[0]],
        ["MatMul"] = call => [matmul(call[0], call[1])],
        ["Gemm"] = Gemm,
        ["Conv"] = Convolutions.Convolve,
        ["MaxPool"] = Convolutions.MaxPool,
        ["AveragePool"] = Convolutions.AveragePool,
        ["GlobalAveragePool"] = call => [call[0].mean([.. Enumerable.Range(2, (int)call[0].dim() - 2).Select(axis => (long)axis)], keepdim: true)],
        ["ReduceMean"] = call => [call[0].mean(call.Integers("axes") ?? throw call.NotRun("all axes at once"), call.Integer("keepdims", 1) != 0)],
        ["Reshape"] = call => [call[0].reshape(Extents(call[0], call.List(1)))],
        ["Flatten"] = Flatten,
        ["Transpose"] = call => [call[0].permute(call.Integers("perm") ?? [.. Enumerable.Range(0, (int)call[0].dim()).Reverse().Select(axis => (long)axis)])],
        ["Unsqueeze"] = call => [Axes(call).Order().Aggregate(call[0], (value, axis) => value.unsqueeze(axis))],
        ["Squeeze"] = call => [Axes(call).OrderDescending().Aggregate(call[0], (value, axis) => value.squeeze(axis))],
        ["Concat"] = call => [cat([.. call.Inputs.OfType<Tensor>()], call.Integer("axis", 0))],
        ["Split"] = Split,
        ["Gather"] = Gather,
        [AttentionPattern.Fused] = FusedAttention.Run,
    };

    // The factor 1 of what is added is held here: TorchSharp's plain + leaves it to the collector while libtorch reads it (see AdamW).
    private static Tensor[] Add(OperatorCall call)
    {
        using var once = 1.ToScalar();
        return [call[0].add(call[1], once)];
    }

    private static Tensor[] Gemm(OperatorCall call)
    {
        if (call.Real("alpha", 1) != 1 || call.Real("beta", 1) != 1)
        {
            throw call.NotRun("alpha or beta other than 1");
        }

        var a = call.Integer("transA", 0) != 0 ? call[0].t() : call[0];
        var b = call.Integer("transB", 0) != 0 ? call[1].t() : call[1];
        return [call.Optional(2) is { } bias ? addmm(bias, a, b, 1, 1) : matmul(a, b)];
    }

    private static Tensor[] Flatten(OperatorCall call)
    {
        var axis = (int)call.Integer("axis", 1);
        var outer = call[0].shape.Take(axis).Aggregate(1L, (product, extent) => product * extent);
        return [call[0].reshape(outer, call[0].numel() / Math.Max(1, outer))];
    }

    private static Tensor[] Split(OperatorCall call)
    {
        var axis = call.Integer("axis", 0);
        axis = axis < 0 ? axis + call[0].dim() : axis;
        return call.Optional(1) is not null
            ? call[0].split(call.List(1), axis)
            : call[0].chunk(call.Node.Outputs.Count, axis);
    }

    private static Tensor[] Gather(OperatorCall call)
    {
        if (call.Integer("axis", 0) != 0)
        {
            throw call.NotRun("an axis other than 0");
        }

        long[] shape = [.. call[1].shape, .. call[0].shape[1..]];
        return [call[0].index_select(0, call[1].reshape(-1)).reshape(shape)];
    }

    // 0 keeps the extent of the same axis, -1 takes the rest: with an empty value libtorch cannot tell the rest by itself.
    private static long[] Extents(Tensor value, long[] wanted)
    {
        var extents = wanted.Select((extent, axis) => extent == 0 ? value.shape[axis] : extent).ToArray();
        var rest = Array.IndexOf(extents, -1L);
        if (rest >= 0)
        {
            var others = extents.Where(extent => extent != -1).Aggregate(1L, (product, extent) => product * extent);
            extents[rest] = others == 0 ? 0 : value.numel() / others;
        }

        return extents;
    }

    private static long[] Axes(OperatorCall call) => call.Integers("axes") ?? call.List(1);
}
