namespace Hspi.Networks.Onnx;

/// <summary>A network as a value: the part of the ONNX file format that HSPI writes and reads.</summary>
/// <remarks>Source: onnx.proto of the ONNX specification, IR version 8.</remarks>
/// <param name="Graph">The computation with its weights.</param>
/// <param name="OperatorSets">Version of each operator domain; the empty domain is ONNX's own.</param>
/// <param name="IrVersion">Version of the file format.</param>
/// <param name="Metadata">Free pairs of the file, such as where the weights come from.</param>
public sealed record OnnxModel(
    OnnxGraph Graph,
    IReadOnlyDictionary<string, long> OperatorSets,
    long IrVersion,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>Nodes in an order in which each input is computed before it is used.</summary>
/// <param name="Name">Name of the graph, such as <c>decoder</c>.</param>
/// <param name="Nodes">The operators.</param>
/// <param name="Initializers">Weights and constants by value name.</param>
/// <param name="Inputs">What the caller gives; initializers are not repeated here.</param>
/// <param name="Outputs">What the caller gets.</param>
public sealed record OnnxGraph(
    string Name,
    IReadOnlyList<OnnxNode> Nodes,
    IReadOnlyDictionary<string, OnnxTensor> Initializers,
    IReadOnlyList<OnnxValue> Inputs,
    IReadOnlyList<OnnxValue> Outputs);

/// <summary>One operator.</summary>
/// <param name="OperatorType">Name of the operator, such as <c>MatMul</c>.</param>
/// <param name="Inputs">Value names; an empty name is an input left out.</param>
/// <param name="Outputs">Value names.</param>
/// <param name="Attributes">Its attributes by name.</param>
/// <param name="Name">Name of the node; may be empty.</param>
/// <param name="Domain">Operator domain; empty for ONNX's own.</param>
public sealed record OnnxNode(
    string OperatorType,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, OnnxAttribute> Attributes,
    string Name = "",
    string Domain = "");

/// <summary>A value that enters or leaves the graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents; a name such as <c>batch</c> where the extent is free.</param>
public sealed record OnnxValue(string Name, OnnxElementType Type, IReadOnlyList<OnnxDimension> Shape);

/// <summary>An extent: a number, or a name when it is free.</summary>
/// <param name="Extent">The number; null when free.</param>
/// <param name="Name">The name; null when fixed.</param>
public readonly record struct OnnxDimension(long? Extent, string? Name);

/// <summary>Weights or a constant.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents, outermost first; empty for a scalar.</param>
/// <param name="Data">Elements row-major, little-endian, as in <c>raw_data</c>.</param>
public sealed record OnnxTensor(OnnxElementType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data);

/// <summary>The element types that HSPI handles; numbers as in onnx.proto's TensorProto.DataType.</summary>
public enum OnnxElementType
{
    /// <summary>Single precision.</summary>
    Float32 = 1,

    /// <summary>Unsigned 8-bit integers.</summary>
    UInt8 = 2,

    /// <summary>Signed 8-bit integers.</summary>
    Int8 = 3,

    /// <summary>Signed 32-bit integers.</summary>
    Int32 = 6,

    /// <summary>Signed 64-bit integers.</summary>
    Int64 = 7,

    /// <summary>Booleans, one byte each.</summary>
    Boolean = 9,

    /// <summary>Half precision.</summary>
    Float16 = 10,

    /// <summary>Double precision.</summary>
    Float64 = 11,

    /// <summary>bfloat16.</summary>
    BFloat16 = 16,
}

/// <summary>An attribute of a node.</summary>
public abstract record OnnxAttribute
{
    private OnnxAttribute() { }

    /// <summary>One whole number.</summary>
    public sealed record Integer(long Value) : OnnxAttribute;

    /// <summary>One fp32 number.</summary>
    public sealed record Real(float Value) : OnnxAttribute;

    /// <summary>Text.</summary>
    public sealed record Text(string Value) : OnnxAttribute;

    /// <summary>Whole numbers, such as a permutation.</summary>
    public sealed record Integers(IReadOnlyList<long> Values) : OnnxAttribute;

    /// <summary>A constant.</summary>
    public sealed record Constant(OnnxTensor Value) : OnnxAttribute;
}
