using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Backends.Emulated;

/// <summary>From the columns of an emulated platform to the arithmetic of each product.</summary>
internal static class EmulatedPrecision
{
    private const string HalfLogits = "half-logits";
    private const string TwoCards = "tp2";
    private const string TwoSlices = "splitk2";
    private const string HeadWeight = "head/weight";

    // These layers take their input divided over the ranks, so their sums are cut and joined by an all-reduce
    // (Shoeybi et al., Megatron-LM, arXiv 1909.08053); all others are divided by columns or heads, which changes no sum.
    private static readonly string[] RowParallel = ["/output", "/down"];

    /// <summary>What the column <c>kernels</c> may say for a device.</summary>
    public static IReadOnlyList<string> Kernels { get; } = ["", HalfLogits];

    /// <summary>The precisions in which a network can run around a unit's products.</summary>
    public static IReadOnlyDictionary<string, ElementFormat> Rests { get; } = new Dictionary<string, ElementFormat>(StringComparer.Ordinal)
    {
        ["fp32"] = ElementFormat.Float32,
        ["fp16"] = ElementFormat.Float16,
        ["bf16"] = ElementFormat.BFloat16,
    };

    /// <summary>What the column <c>parallel</c> says on platforms that are listed.</summary>
    public static IEnumerable<string> Divisions(EmulatedDevice device, DevicePrecision precision, string kernels) =>
        device.Divided && precision != DevicePrecision.Fp8 && kernels.Length == 0 ? ["", TwoCards, TwoSlices] : [""];

    /// <summary>The precision column of a network with a unit's products: what they take in, and the rest: <c>e4m3-bf16</c>; one name where both are the same.</summary>
    public static string NameOf(KnownUnit row, string rest) =>
        row.DataType[..row.DataType.LastIndexOf('_')] is var inputs && inputs == rest ? rest : $"{inputs}-{rest}";

    /// <summary>The arithmetic of a card, as servers use it.</summary>
    /// <param name="device">The card.</param>
    /// <param name="precision">One of its precisions.</param>
    /// <param name="kernels">One of <see cref="Kernels"/>.</param>
    /// <param name="parallel">Nothing, or how the sums of products with weights are divided; attention is one chain.</param>
    /// <param name="threads">Threads per product; no bit depends on it.</param>
    public static Precision Of(EmulatedDevice device, DevicePrecision precision, string kernels, string parallel, int threads)
    {
        var plain = UnitArithmetic.Of(precision.SixteenBitsOn(device), precision.Elements, new Reduction.SingleChain(), threads);
        var linear = Divided(precision.LinearOn(device), precision.Elements, ReductionOf(parallel, precision.Elements), threads);
        return new Precision
        {
            Elements = precision.Elements,
            Results = kernels == HalfLogits ? precision.Elements : ElementFormat.Float32,
            Products = plain,
            Threads = threads,
            // Servers leave the head in 16 bits.
            WeightProducts = weight => precision.IsQuantised && weight == HeadWeight ? plain : linear(weight),
        };
    }

    /// <summary>Every product on one unit: those with weights, convolutions and attention.</summary>
    /// <param name="row">The unit.</param>
    /// <param name="rest">One of <see cref="Rests"/>.</param>
    /// <param name="parallel">Nothing, or how all sums are divided.</param>
    /// <param name="threads">Threads per product; no bit depends on it.</param>
    public static Precision OfUnit(KnownUnit row, string rest, string parallel, int threads)
    {
        var (elements, reduction) = (Rests[rest], ReductionOf(parallel, Rests[rest]));
        return new Precision
        {
            Elements = elements,
            Products = UnitArithmetic.Of(row.Unit, elements, OnOneCard(reduction), threads),
            Threads = threads,
            WeightProducts = Divided(row.Unit, elements, reduction, threads),
        };
    }

    /// <summary>What the column <c>parallel</c> means.</summary>
    /// <exception cref="FormatException">It is no reduction.</exception>
    public static Reduction ReductionOf(string parallel, ElementFormat elements) => parallel switch
    {
        "" => new Reduction.SingleChain(),
        // cuBLAS on Hopper and Blackwell, and an all-reduce in the element format.
        TwoSlices => new Reduction.SplitK(2, 64, SplitMerge.Fp32Workspace, KnownFormats.Fp32, new Reduction.SingleChain()),
        TwoCards => new Reduction.TensorParallel(
            2, AllReduceOrder.Forward, elements == ElementFormat.Float16 ? KnownFormats.Fp16 : KnownFormats.Bf16, new Reduction.SingleChain()),
        _ => ReductionText.Parse(parallel),
    };

    private static Func<string, IMatrixArithmetic> Divided(MatrixUnit unit, ElementFormat elements, Reduction reduction, int threads)
    {
        var whole = UnitArithmetic.Of(unit, elements, OnOneCard(reduction), threads);
        var divided = UnitArithmetic.Of(unit, elements, reduction, threads);
        return weight => RowParallel.Any(layer => weight.EndsWith(layer, StringComparison.Ordinal)) ? divided : whole;
    }

    private static Reduction OnOneCard(Reduction reduction) => reduction is Reduction.TensorParallel cards ? cards.Inner : reduction;
}
