using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;

namespace Hspi.Networks.Building;

/// <summary>Where a decoder's weights come from: chance, or a file.</summary>
public interface IDecoderWeights
{
    /// <summary>The weights of this name, which <see cref="DecoderGraph"/> gives.</summary>
    /// <param name="name">Such as <c>layer_3/query</c>.</param>
    /// <param name="shape">One extent for norms and biases; rows by columns, [from, to], for what is multiplied; tokens by width for the tokens' vectors.</param>
    /// <exception cref="HspiException">There are none, or of another shape.</exception>
    OnnxTensor Get(string name, IReadOnlyList<long> shape);
}

/// <summary>Seeded initial weights, in the order in which the graph asks for them.</summary>
internal sealed class ChanceWeights(ulong seed) : IDecoderWeights
{
    private readonly InitialWeights _chance = new(seed);

    /// <inheritdoc/>
    public OnnxTensor Get(string name, IReadOnlyList<long> shape)
    {
        var count = checked((int)shape.Aggregate(1L, (product, extent) => product * extent));
        var values = shape.Count == 1 ? InitialWeights.Constant(count, 1)
            : _chance.Normal(count, name == DecoderGraph.Embedding ? 0.05 : 0.8 / Math.Sqrt(shape[0]));
        return new OnnxTensor(OnnxElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }
}
