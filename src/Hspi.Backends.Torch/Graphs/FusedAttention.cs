using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>Runs attention (<see cref="Hspi.Networks.Onnx.AttentionPattern"/>) as libtorch's one fused operator.</summary>
internal static class FusedAttention
{
    /// <summary>Runs the node.</summary>
    public static Tensor[] Run(OperatorCall call)
    {
        var (query, shape) = (call[0], call[0].shape);
        var (group, width) = (shape[2], shape[4]);
        if (call.Real("scale", 0) != (float)(1 / Math.Sqrt(width)))
        {
            throw call.NotRun("a scale other than 1/√width"); // TorchSharp's operator takes no other
        }

        var mixed = nn.functional.scaled_dot_product_attention(
            query.reshape(shape[0], shape[1] * group, shape[3], width),
            call[1].repeat_interleave(group, 1),
            call[2].repeat_interleave(group, 1),
            call[3]);
        return [mixed.reshape(shape)];
    }
}
