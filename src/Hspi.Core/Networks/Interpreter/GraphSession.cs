using System.Runtime.InteropServices;
using Hspi.Networks.Interpreter.Operators;
using Hspi.Networks.Onnx;

namespace Hspi.Networks.Interpreter;

/// <summary>Runs any graph of known operators in a stated arithmetic, one node after the other, with the same bits on every host.</summary>
/// <remarks>Weights are rounded and packed once, at load; nodes that depend on constants only are computed then too.</remarks>
public sealed class GraphSession : INetworkSession
{
    private readonly OnnxModel _model;
    private readonly Precision _precision;
    private readonly BufferPool _pool = new();
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly List<Value?> _constants = [];
    private readonly List<Step> _steps = [];

    /// <param name="model">The graph.</param>
    /// <param name="precision">In which numbers it runs.</param>
    /// <exception cref="HspiException">The graph has an operator that the interpreter does not know, or impossible constants.</exception>
    public GraphSession(OnnxModel model, Precision precision)
    {
        _model = model;
        _precision = precision;
        foreach (var input in model.Graph.Inputs)
        {
            SlotOf(input.Name);
        }

        var results = DirectResults(model.Graph);
        foreach (var node in precision.FusedAttention is null ? model.Graph.Nodes : AttentionPattern.Fuse(model.Graph))
        {
            Load(node, results);
        }

        ReleaseAfterLastUse();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An input is missing, or has another type or shape than the graph says.</exception>
    /// <exception cref="HspiException">A node cannot work on the shapes that reach it.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var values = new Value?[_constants.Count];
        foreach (var input in _model.Graph.Inputs)
        {
            values[_slots[input.Name]] = GraphInput.Accept(input, inputs, _precision.Elements);
        }

        foreach (var step in _steps)
        {
            step.Run(values, _constants);
        }

        var outputs = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var output in _model.Graph.Outputs)
        {
            var slot = SlotOf(output.Name);
            var value = values[slot] ?? ConstantAt(output.Name);
            outputs[output.Name] = value switch
            {
                FloatValue numbers => new Tensor.Float(numbers.Shape, numbers.Leave()),
                IntegerValue whole => new Tensor.Integer(whole.Shape, [.. whole.Elements]),
                _ => throw new InvalidOperationException($"No tensor for the output {output.Name}."),
            };
        }

        foreach (var slot in _model.Graph.Outputs.Select(output => _slots[output.Name]).Distinct())
        {
            values[slot]?.Release();
        }

        return outputs;
    }

    /// <inheritdoc/>
    public void TakeBack(Tensor result)
    {
        if (result is Tensor.Float numbers && MemoryMarshal.TryGetArray(numbers.Values, out var array))
        {
            _pool.Return(array.Array!);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weights in _steps.SelectMany(step => step.Call.Weights ?? []))
        {
            weights.Dispose();
        }
    }

    private int SlotOf(string name)
    {
        if (!_slots.TryGetValue(name, out var slot))
        {
            slot = _slots[name] = _constants.Count;
            _constants.Add(null);
        }

        return slot;
    }

    private void Load(OnnxNode node, HashSet<string> results)
    {
        var known = node.Domain.Length == 0 ? OperatorCatalog.Find(node.OperatorType) : null;
        if (known is null)
        {
            throw new HspiException(
                $"The graph \"{_model.Graph.Name}\" has the operator {node.Domain}{(node.Domain.Length > 0 ? "." : "")}{node.OperatorType} (node \"{node.Name}\"), which the emulated units cannot run. Known: {string.Join(", ", OperatorCatalog.Names)}.");
        }

        var call = new Call(node, _model.OperatorSets.GetValueOrDefault("", 1), _pool, _precision);
        var prepared = known.Prepare is not null && node.Inputs.Count > 1
            && Constant(node.Inputs[1]) is FloatValue weights
            && known.Prepare(call, _precision.For(node.Inputs[1]), weights);
        int[] from = [.. node.Inputs.Select((input, at) => input.Length == 0 || (prepared && at == 1) ? -1 : Use(input))];
        int[] to = [.. node.Outputs.Select(output => output.Length == 0 ? -1 : SlotOf(output))];
        var format = !known.Rounds ? ElementFormat.Float32
            : known.Prepare is not null && node.Outputs.Any(results.Contains) ? _precision.Results
            : _precision.Elements;
        var step = new Step(call, known.Run, format, from, to);

        if (from.All(slot => slot < 0 || _constants[slot] is not null) && !prepared)
        {
            var values = new Value?[_constants.Count];
            step.Run(values, _constants);
            foreach (var slot in to.Where(slot => slot >= 0))
            {
                _constants[slot] = values[slot];
                (values[slot] as FloatValue)?.Stay();
            }
        }
        else
        {
            _steps.Add(step);
        }
    }

    /// <summary>The slot of an input; weights that are read as values come to stay.</summary>
    private int Use(string name)
    {
        var slot = SlotOf(name);
        _constants[slot] ??= Constant(name);
        return slot;
    }

    /// <summary>A weight or constant in the element format; null for a computed value. Not kept: packed weights need no second copy.</summary>
    private Value? Constant(string name)
    {
        if (_slots.TryGetValue(name, out var slot) && _constants[slot] is { } kept)
        {
            return kept;
        }

        if (!_model.Graph.Initializers.TryGetValue(name, out var tensor))
        {
            return null;
        }

        var value = TensorValues.Of(tensor, $"the weights \"{name}\"");
        if (value is FloatValue numbers)
        {
            _precision.Elements.Round(numbers.Span);
        }

        return value;
    }

    private Value ConstantAt(string name) => Constant(name) ?? throw new InvalidOperationException($"Nothing computed the output {name}.");

    /// <summary>Values that leave the graph as they are: its outputs, and what only an Identity stands behind.</summary>
    private static HashSet<string> DirectResults(OnnxGraph graph)
    {
        var results = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Reverse().Where(node => node.OperatorType == "Identity" && results.Contains(node.Outputs[0])))
        {
            results.Add(node.Inputs[0]);
        }

        return results;
    }

    private void ReleaseAfterLastUse()
    {
        var outputs = _model.Graph.Outputs.Select(output => SlotOf(output.Name)).ToHashSet();
        var seen = new HashSet<int>(outputs);
        for (var at = _steps.Count - 1; at >= 0; at--)
        {
            var step = _steps[at];
            step.Released = [.. step.From.Concat(step.To).Distinct().Where(slot => slot >= 0 && _constants[slot] is null && seen.Add(slot))];
        }
    }

    /// <summary>One node in its place.</summary>
    private sealed class Step(Call call, Action<Call> run, ElementFormat format, int[] from, int[] to)
    {
        public Call Call => call;

        public int[] From => from;

        public int[] To => to;

        public int[] Released { get; set; } = [];

        public void Run(Value?[] values, List<Value?> constants)
        {
            for (var i = 0; i < from.Length; i++)
            {
                call.Inputs[i] = from[i] < 0 ? null : values[from[i]] ?? constants[from[i]];
            }

            run(call);
            for (var i = 0; i < to.Length; i++)
            {
                if (call.Outputs[i] is FloatValue numbers)
                {
                    format.Round(numbers.Span);
                }

                if (to[i] >= 0)
                {
                    values[to[i]] = call.Outputs[i];
                }
                else
                {
                    call.Outputs[i]?.Release();
                }

                call.Outputs[i] = null;
            }

            Array.Clear(call.Inputs);
            foreach (var slot in Released)
            {
                values[slot]?.Release();
                values[slot] = null;
            }
        }
    }
}
