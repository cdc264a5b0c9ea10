using Hspi.Networks.Onnx;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>How one kind of node is computed.</summary>
/// <param name="Run">Reads the inputs of the call and sets its results.</param>
/// <param name="Rounds">Whether results are new numbers, to be rounded to the element format; moved numbers are not.</param>
/// <param name="Prepare">
/// For products with weights (input 1): prepares them once at load, sets <see cref="Call.Weights"/>, and returns true;
/// false where their shape allows no preparation.
/// </param>
internal sealed record Operator(Action<Call> Run, bool Rounds, Func<Call, IMatrixArithmetic, FloatValue, bool>? Prepare = null);

/// <summary>Every operator that the interpreter knows.</summary>
internal static class OperatorCatalog
{
    private static readonly Dictionary<string, Operator> Operators = new IReadOnlyDictionary<string, Operator>[]
    {
        ElementwiseOperators.All, ShapeOperators.All, SliceOperators.All, ProductOperators.All, ConvolutionOperators.All, PoolingOperators.All, ReductionOperators.All,
    }.SelectMany(group => group).ToDictionary(StringComparer.Ordinal);

    private static readonly Operator Attention = new(AttentionOperator.Run, Rounds: true);

    /// <summary>Finds an operator by its ONNX name; null when there is none.</summary>
    public static Operator? Find(string type) => type == AttentionPattern.Fused ? Attention : Operators.GetValueOrDefault(type);

    /// <summary>All names, in order.</summary>
    public static IEnumerable<string> Names => Operators.Keys.Order(StringComparer.Ordinal);
}
