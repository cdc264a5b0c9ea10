namespace Hspi.Networks.Interpreter;

/// <summary>In which numbers a graph runs. Element types of the file do not matter: all are widened, then rounded as stated here.</summary>
/// <remarks>
/// Values are rounded to <see cref="Elements"/> after each operator, as PyTorch modules in half precision do; inside an operator
/// the work is done in fp32 or better and rounded once. Reductions outside the matrix unit (means, softmax) are summed in fp64 in
/// index order, so that they carry the mark of no platform.
/// </remarks>
public sealed record Precision
{
    /// <summary>Format of all values between operators, of inputs and of weights.</summary>
    public ElementFormat Elements { get; init; } = ElementFormat.Float32;

    /// <summary>Format of a product that leaves the graph as it is (the logits): engines keep them in 16 bits, or in the fp32 of the accumulators.</summary>
    public ElementFormat Results { get; init; } = ElementFormat.Float32;

    /// <summary>Arithmetic of products of two computed values: attention.</summary>
    public required IMatrixArithmetic Products { get; init; }

    /// <summary>Arithmetic of products with weights, and of convolutions, by the name of the weights in the file; null: as <see cref="Products"/>.</summary>
    public Func<string, IMatrixArithmetic>? WeightProducts { get; init; }

    /// <summary>Attention in one piece; null where it is two of <see cref="Products"/> with a softmax between.</summary>
    public IFusedAttention? FusedAttention { get; init; }

    /// <summary>Threads for what is worth dividing outside products, by rows or elements that know nothing of each other; no bit depends on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Every value in fp32 and every sum one chain of fused multiply-adds: the plainest arithmetic, used as a reference.</summary>
    public static Precision Sequential { get; } = new() { Products = new SequentialArithmetic() };

    /// <summary>The arithmetic of products with those weights.</summary>
    /// <param name="weight">Name of the weights in the file.</param>
    public IMatrixArithmetic For(string weight) => WeightProducts?.Invoke(weight) ?? Products;
}
