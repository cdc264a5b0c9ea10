using System.Runtime.InteropServices;
using Hspi.Backends.Torch.Loading;
using Hspi.Networks.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>Runs an ONNX graph operator by operator in libtorch. Every operator is differentiable, so the same code trains.</summary>
internal sealed class TorchGraph : IDisposable
{
    private readonly OnnxModel _model;
    private readonly TorchSettings _settings;
    private readonly Dictionary<string, Tensor> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _transposed = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<OnnxNode> _nodes;

    /// <param name="model">The graph and its weights.</param>
    /// <param name="settings">How it is run.</param>
    /// <exception cref="HspiException">libtorch cannot be loaded, or the graph has an operator that is not run here.</exception>
    public TorchGraph(OnnxModel model, TorchSettings settings)
    {
        TorchLoader.EnsureLoaded();
        _model = model;
        _settings = settings;
        var nodes = settings.FusedAttention ? AttentionPattern.Fuse(model.Graph) : model.Graph.Nodes;
        _nodes = [.. nodes.Where(node => ConstantOf(node) is null)];
        if (_nodes.FirstOrDefault(node => !Operators.All.ContainsKey(node.OperatorType)) is { } unknown)
        {
            throw new HspiException($"The graph \"{model.Graph.Name}\" has the operator {unknown.OperatorType}, which TorchSharp's interpreter does not run. Run it with ONNX Runtime.");
        }

        foreach (var (name, tensor) in model.Graph.Initializers)
        {
            _initializers.Add(name, Weight(tensor));
        }

        foreach (var node in nodes)
        {
            if (ConstantOf(node) is { } constant)
            {
                _initializers.Add(node.Outputs[0], Weight(constant));
            }
        }
    }

    /// <summary>Makes the weights known to automatic differentiation; tables and constants are not among them.</summary>
    /// <returns>The weights by name, in the order of their names.</returns>
    public IReadOnlyDictionary<string, Parameter> MakeTrainable()
    {
        var parameters = new SortedDictionary<string, Parameter>(StringComparer.Ordinal);
        foreach (var name in _model.Graph.Initializers.Where(IsTrained).Select(pair => pair.Key))
        {
            var weight = _initializers[name];
            parameters.Add(name, new Parameter(weight));
            _initializers[name] = parameters[name];
        }

        return parameters;
    }

    /// <summary>Runs the graph; the caller owns the outputs and disposes of the rest by a scope of its own.</summary>
    /// <param name="inputs">A tensor for every graph input; float ones are taken to the settings' format.</param>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var values = new Dictionary<string, Tensor>(_initializers, StringComparer.Ordinal);
        foreach (var (name, tensor) in inputs)
        {
            values[name] = tensor.is_floating_point() ? tensor.to(_settings.Type) : tensor;
        }

        foreach (var node in _nodes)
        {
            var call = new OperatorCall(node, [.. node.Inputs.Select(input => input.Length == 0 ? null : values[input])]);
            var made = _settings.LinearProducts && node.OperatorType == "MatMul" && _initializers.GetValueOrDefault(node.Inputs[1]) is { Dimensions: 2 } weight
                ? [nn.functional.linear(call[0], Transposed(node.Inputs[1], weight))]
                : Operators.All[node.OperatorType](call);
            for (var o = 0; o < node.Outputs.Count; o++)
            {
                values[node.Outputs[o]] = made[o];
            }
        }

        return _model.Graph.Outputs.ToDictionary(output => output.Name, output => values[output.Name], StringComparer.Ordinal);
    }

    /// <summary>The model with the weights as they are now.</summary>
    public OnnxModel WithCurrentWeights() => _model with
    {
        Graph = _model.Graph with
        {
            Initializers = _model.Graph.Initializers.ToDictionary(
                pair => pair.Key,
                pair => IsTrained(pair) ? pair.Value with { Data = Bytes(_initializers[pair.Key]) } : pair.Value,
                StringComparer.Ordinal),
        },
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _initializers.Values.Concat(_transposed.Values))
        {
            tensor.Dispose();
        }
    }

    // Other programs write their constants as nodes.
    private static OnnxTensor? ConstantOf(OnnxNode node) =>
        node.OperatorType == "Constant" && node.Attributes.GetValueOrDefault("value") is OnnxAttribute.Constant(var value) ? value : null;

    private static bool IsTrained(KeyValuePair<string, OnnxTensor> pair) =>
        pair.Value is { Type: OnnxElementType.Float32, Shape.Count: > 0 } && !pair.Key.StartsWith("rotary/", StringComparison.Ordinal);

    private static byte[] Bytes(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var plain = weight.detach().to(ScalarType.Float32).contiguous();
        return MemoryMarshal.AsBytes<float>(plain.data<float>().ToArray()).ToArray();
    }

    private Tensor Weight(OnnxTensor tensor)
    {
        var made = TorchTensors.Of(tensor);
        if (!made.is_floating_point())
        {
            return made;
        }

        using (made)
        {
            if (_settings.Bfloat16Weights && tensor.Shape.Count > 0)
            {
                using var rounded = made.to(ScalarType.BFloat16);
                return rounded.to(_settings.Type).DetachFromDisposeScope();
            }

            return made.to(_settings.Type, copy: true).DetachFromDisposeScope();
        }
    }

    // Kept whole and contiguous, as PyTorch's Linear keeps its weight.
    private Tensor Transposed(string name, Tensor weight)
    {
        if (!_transposed.TryGetValue(name, out var transposed))
        {
            transposed = _transposed[name] = weight.t().contiguous().DetachFromDisposeScope();
        }

        return transposed;
    }
}
