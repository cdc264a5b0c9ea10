using System.Runtime.InteropServices;
using Hspi.Networks;
using Hspi.Networks.Onnx;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>One graph in libtorch.</summary>
internal sealed class TorchSession(OnnxModel model, TorchSettings settings) : INetworkSession
{
    private readonly TorchGraph _graph = new(model, settings);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Networks.Tensor> Run(IReadOnlyDictionary<string, Networks.Tensor> inputs)
    {
        try
        {
            return TorchContext.Under(settings, () =>
            {
                using var scope = NewDisposeScope();
                using var inference = inference_mode();
                var given = inputs.ToDictionary(pair => pair.Key, pair => TorchTensors.Of(pair.Value), StringComparer.Ordinal);
                return _graph.Run(given).ToDictionary(pair => pair.Key, pair => TorchTensors.From(pair.Value), StringComparer.Ordinal);
            });
        }
        catch (ExternalException failed)
        {
            throw new HspiException($"libtorch could not run the graph \"{model.Graph.Name}\": {failed.Message.Split('\n')[0]}", failed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _graph.Dispose();
}
