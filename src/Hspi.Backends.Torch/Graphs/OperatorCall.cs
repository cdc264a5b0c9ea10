using Hspi.Networks.Onnx;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>One operator with the values that reach it, and its attributes with ONNX's defaults.</summary>
/// <param name="Node">The operator.</param>
/// <param name="Inputs">Its inputs; null where one is left out.</param>
internal readonly record struct OperatorCall(OnnxNode Node, IReadOnlyList<Tensor?> Inputs)
{
    /// <summary>An input that must be there.</summary>
    /// <exception cref="HspiException">It is not.</exception>
    public Tensor this[int index] => Optional(index)
        ?? throw new HspiException($"{Node.OperatorType} \"{Node.Name}\" lacks its input {index}. The ONNX file is broken; export it again.");

    /// <summary>An input that may be left out.</summary>
    public Tensor? Optional(int index) => index < Inputs.Count ? Inputs[index] : null;

    /// <summary>A whole-number attribute.</summary>
    public long Integer(string name, long otherwise) => Node.Attributes.GetValueOrDefault(name) is OnnxAttribute.Integer(var value) ? value : otherwise;

    /// <summary>A real attribute.</summary>
    public float Real(string name, float otherwise) => Node.Attributes.GetValueOrDefault(name) is OnnxAttribute.Real(var value) ? value : otherwise;

    /// <summary>A list attribute; null where left out.</summary>
    public long[]? Integers(string name) => Node.Attributes.GetValueOrDefault(name) is OnnxAttribute.Integers(var values) ? [.. values] : null;

    /// <summary>A text attribute.</summary>
    public string Text(string name, string otherwise) => Node.Attributes.GetValueOrDefault(name) is OnnxAttribute.Text(var value) ? value : otherwise;

    /// <summary>A shape or list of axes that comes as an input.</summary>
    public long[] List(int index) => [.. this[index].to(ScalarType.Int64).contiguous().data<long>()];

    /// <summary>Something that the operator may ask for and that is not run here.</summary>
    public HspiException NotRun(string what) =>
        new($"{Node.OperatorType} \"{Node.Name}\" asks for {what}, which TorchSharp's interpreter does not run. Run the graph with ONNX Runtime.");
}
