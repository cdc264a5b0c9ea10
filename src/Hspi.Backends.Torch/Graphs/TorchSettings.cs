using TorchSharp;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>How libtorch is told to run a graph.</summary>
/// <param name="Type">Number format of weights and activations.</param>
/// <param name="FusedAttention">Whether attention is one <c>scaled_dot_product_attention</c> instead of the written-out products.</param>
/// <param name="LinearProducts">Whether products with a weight go through <c>linear</c>, which keeps the weight transposed.</param>
/// <param name="OneDnn">Whether oneDNN's kernels may be taken.</param>
/// <param name="Threads">Threads within one operator, from 1.</param>
/// <param name="Bfloat16Weights">Whether weights are rounded to bfloat16 first, whatever <paramref name="Type"/> computes.</param>
internal sealed record TorchSettings(
    torch.ScalarType Type = torch.ScalarType.Float32,
    bool FusedAttention = false,
    bool LinearProducts = false,
    bool OneDnn = true,
    int Threads = 1,
    bool Bfloat16Weights = false);
