using Hspi.Networks.Onnx;

namespace Hspi.Networks.Interpreter;

/// <summary>One node while it runs: its inputs, its attributes, and where its results go. Made once per node, used for every run.</summary>
internal sealed class Call(OnnxNode node, long operatorSet, BufferPool pool, Precision precision)
{
    private const long MostElements = 1L << 28;
    private const long MostIntegers = 1L << 24;

    /// <summary>The node.</summary>
    public OnnxNode Node => node;

    /// <summary>Version of ONNX's operator set that the file asks for.</summary>
    public long OperatorSet => operatorSet;

    /// <summary>How numbers are treated.</summary>
    public Precision Precision => precision;

    /// <summary>The inputs; null where one is left out.</summary>
    public Value?[] Inputs { get; } = new Value?[node.Inputs.Count];

    /// <summary>The results, set by the operator.</summary>
    public Value?[] Outputs { get; } = new Value?[node.Outputs.Count];

    /// <summary>The weights of a product, prepared at load, one per group; null for a product of two computed values.</summary>
    public IRightOperand[]? Weights { get; set; }

    /// <summary>Shape of the weights as in the file.</summary>
    public int[] WeightShape { get; set; } = [];

    /// <summary>Sets the only result.</summary>
    public void Return(Value value) => Outputs[0] = value;

    /// <summary>Whether input <paramref name="index"/> is there.</summary>
    public bool Has(int index) => index < Inputs.Length && Inputs[index] is not null;

    /// <summary>Input <paramref name="index"/>, which must be there.</summary>
    public Value Any(int index) =>
        index < Inputs.Length && Inputs[index] is { } value ? value : throw Fail($"has no input {index}");

    /// <summary>Input <paramref name="index"/> as numbers.</summary>
    public FloatValue Floats(int index) => Any(index) as FloatValue ?? throw Fail($"needs real numbers as input {index}");

    /// <summary>Input <paramref name="index"/> as whole numbers.</summary>
    public IntegerValue Integers(int index) => Any(index) as IntegerValue ?? throw Fail($"needs whole numbers as input {index}");

    /// <summary>A whole number among the attributes.</summary>
    public long Attribute(string name, long otherwise) => node.Attributes.GetValueOrDefault(name) switch
    {
        null => otherwise,
        OnnxAttribute.Integer found => found.Value,
        _ => throw Fail($"needs a whole number as attribute \"{name}\""),
    };

    /// <summary>A real number among the attributes.</summary>
    public float Attribute(string name, float otherwise) => node.Attributes.GetValueOrDefault(name) switch
    {
        null => otherwise,
        OnnxAttribute.Real found => found.Value,
        _ => throw Fail($"needs a real number as attribute \"{name}\""),
    };

    /// <summary>Text among the attributes.</summary>
    public string Attribute(string name, string otherwise) => node.Attributes.GetValueOrDefault(name) switch
    {
        null => otherwise,
        OnnxAttribute.Text found => found.Value,
        _ => throw Fail($"needs text as attribute \"{name}\""),
    };

    /// <summary>A list that older operator sets give as attribute <paramref name="name"/> and newer ones as an input.</summary>
    public IReadOnlyList<long>? List(string name, int index = int.MaxValue) => node.Attributes.GetValueOrDefault(name) switch
    {
        OnnxAttribute.Integers found => found.Values,
        not null => throw Fail($"needs a list of whole numbers as attribute \"{name}\""),
        null => Has(index) ? Integers(index).Elements : null,
    };

    /// <summary>An axis counted from the front; ONNX counts negative ones from the back.</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Fail($"names axis {axis} of a value with {rank}");

    /// <summary>A whole number that must fit an extent or an index.</summary>
    public int Small(long number) => number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Fail($"holds the number {number}");

    /// <summary>A new result of numbers, its content undefined.</summary>
    public FloatValue NewFloats(params int[] shape) => new(shape, pool.Rent(CountOf(shape, MostElements)));

    /// <summary>A new result of whole numbers.</summary>
    public IntegerValue NewIntegers(params int[] shape) => new(shape, new long[CountOf(shape, MostIntegers)]);

    /// <summary>A new result like <paramref name="value"/>, its content undefined.</summary>
    public FloatValue NewLike(FloatValue value) => new(value.Shape, pool.Rent(value.Count));

    /// <summary>What to throw when the graph asks for something impossible.</summary>
    public HspiException Fail(string what) =>
        new($"The node {node.OperatorType} \"{node.Name}\" (makes \"{string.Join(", ", node.Outputs)}\") {what}. Check the graph and the shapes of its inputs.");

    // Each partial product counts, so that a last extent of 0 excuses nothing.
    private int CountOf(int[] shape, long most)
    {
        var count = 1L;
        foreach (var extent in shape)
        {
            count *= extent;
            if (extent < 0 || count > most)
            {
                throw Fail($"makes a value of shape [{string.Join(", ", shape)}], which is negative or above the limit of {most} elements");
            }
        }

        return (int)count;
    }
}
