using System.Runtime.InteropServices;
using Hspi.Networks.Onnx;

namespace Hspi.Networks.Building;

/// <summary>Writes a graph node by node; every method returns the name of the value that it makes.</summary>
/// <remarks>Only primitive operators of opset 17, so that every runtime has the same ones. Names are counted, hence reproducible.</remarks>
public sealed class GraphBuilder(string name)
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, OnnxTensor> _initializers = new(StringComparer.Ordinal);
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private string _scope = "";

    /// <summary>Puts <paramref name="scope"/> before the names of the nodes that follow, such as <c>layer_0/attention</c>.</summary>
    public void Scope(string scope) => _scope = scope.Length == 0 ? "" : scope + "/";

    /// <summary>An input; a name in <paramref name="shape"/> is a free extent, a number a fixed one.</summary>
    public string Input(string input, OnnxElementType type, params ReadOnlySpan<object> shape)
    {
        _inputs.Add(new OnnxValue(input, type, Dimensions(shape)));
        return input;
    }

    /// <summary>Makes <paramref name="value"/> an output under the name <paramref name="output"/>.</summary>
    public void Output(string value, string output, params ReadOnlySpan<object> shape)
    {
        _nodes.Add(new OnnxNode("Identity", [value], [output], None, output));
        _outputs.Add(new OnnxValue(output, OnnxElementType.Float32, Dimensions(shape)));
    }

    /// <summary>A weight.</summary>
    /// <param name="weight">Its name in the file.</param>
    /// <param name="shape">Extents.</param>
    /// <param name="values">Row-major; length the product of <paramref name="shape"/>.</param>
    public string Weight(string weight, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        Weight(weight, new OnnxTensor(OnnxElementType.Float32, shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray()));

    /// <summary>A weight as a file has it.</summary>
    public string Weight(string weight, OnnxTensor tensor)
    {
        _initializers.Add(weight, tensor);
        return weight;
    }

    /// <summary>A constant of whole numbers, such as a shape.</summary>
    public string Integers(params ReadOnlySpan<long> values)
    {
        var constant = "const/" + string.Join('_', values.ToArray());
        _initializers.TryAdd(constant, new OnnxTensor(OnnxElementType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray()));
        return constant;
    }

    /// <summary>A constant number without axes.</summary>
    public string Scalar(float value)
    {
        var constant = FormattableString.Invariant($"const/{value:R}");
        _initializers.TryAdd(constant, new OnnxTensor(OnnxElementType.Float32, [], MemoryMarshal.AsBytes([value]).ToArray()));
        return constant;
    }

    /// <summary>One operator with one output.</summary>
    public string Node(string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, OnnxAttribute Value)> attributes) =>
        Nodes(type, 1, inputs, attributes)[0];

    /// <summary>One operator with several outputs.</summary>
    public string[] Nodes(string type, int outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, OnnxAttribute Value)> attributes)
    {
        var stem = _scope + type;
        var count = _used[stem] = _used.GetValueOrDefault(stem) + 1;
        var node = $"{stem}_{count}";
        string[] made = outputs == 1 ? [node] : [.. Enumerable.Range(0, outputs).Select(i => $"{node}_{i}")];
        var named = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        foreach (var (key, value) in attributes)
        {
            named.Add(key, value);
        }

        _nodes.Add(new OnnxNode(type, inputs.ToArray(), made, named, node));
        return made;
    }

    /// <summary>The finished model.</summary>
    /// <param name="metadata">Free pairs of the file.</param>
    public OnnxModel Build(IReadOnlyDictionary<string, string> metadata) =>
        OnnxCheck.Checked(
            new OnnxModel(
                new OnnxGraph(name, _nodes, _initializers, _inputs, _outputs),
                new Dictionary<string, long> { [""] = 17 },
                8,
                metadata),
            name);

    private static IReadOnlyDictionary<string, OnnxAttribute> None { get; } = new Dictionary<string, OnnxAttribute>();

    private static List<OnnxDimension> Dimensions(ReadOnlySpan<object> shape)
    {
        List<OnnxDimension> dimensions = [];
        foreach (var extent in shape)
        {
            dimensions.Add(extent is string free ? new OnnxDimension(null, free) : new OnnxDimension(Convert.ToInt64(extent), null));
        }

        return dimensions;
    }
}
