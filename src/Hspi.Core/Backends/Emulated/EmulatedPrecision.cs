using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Backends.Emulated;

/// <summary>From the columns of an emulated platform to the arithmetic of each product.</summary>
internal static class EmulatedPrecision
{
    private const string HalfLogits = "half-logits";

    // These layers take their input divided over the ranks, so their sums are cut and joined by an all-reduce
    // (Shoeybi et al., Megatron-LM, arXiv 1909.08053); all others are divided by columns, which changes no sum.
    private static readonly string[] RowParallel = ["/output", "/down"];

    /// <summary>What the column <c>kernels</c> may say for that precision.</summary>
    public static IEnumerable<string> Kernels(EmulatedDevice device, string precision) => ["", HalfLogits];

    /// <summary>What the column <c>parallel</c> may say.</summary>
    public static IEnumerable<string> Divisions(EmulatedDevice device, string precision, string kernels) =>
        device.Divided && precision != "fp8" && kernels.Length == 0 ? ["", "tp2", "splitk2"] : [""];

    /// <summary>The arithmetic of a platform.</summary>
    public static Precision Of(EmulatedDevice device, string precision, string kernels, string parallel, int threads)
    {
        var (elements, format) = precision == "fp16" ? (ElementFormat.Float16, KnownFormats.Fp16) : (ElementFormat.BFloat16, KnownFormats.Bf16);
        var architecture = Architecture.All.Single(architecture => architecture.Name == device.Architecture);
        var half = UnitOf(architecture, format, format == KnownFormats.Bf16 ? device.BrainPath : null);
        var plain = new UnitArithmetic(half, SumDivision.None, threads);
        IMatrixArithmetic divided = parallel switch
        {
            "" => plain,
            "splitk2" => new UnitArithmetic(half, SumDivision.SplitK(2), threads),
            "tp2" => new UnitArithmetic(half, SumDivision.TensorParallel(2, elements), threads),
            _ => throw new ArgumentOutOfRangeException(nameof(parallel), parallel, "A division of the work that is not known."),
        };
        IMatrixArithmetic linear = precision == "fp8"
            ? new ScaledFp8Arithmetic(new UnitArithmetic(UnitOf(architecture, KnownFormats.E4M3, null), SumDivision.None, threads))
            : divided;
        return new Precision
        {
            Elements = elements,
            Results = kernels == HalfLogits ? elements : ElementFormat.Float32,
            Products = plain,
            Threads = threads,
            WeightProducts = weight => weight switch
            {
                // Servers leave the head in 16 bits.
                "head/weight" when precision == "fp8" => plain,
                _ when parallel == "tp2" => RowParallel.Any(layer => weight.EndsWith(layer, StringComparison.Ordinal)) ? divided : plain,
                _ => linear,
            },
        };
    }

    private static MatrixUnit UnitOf(Architecture architecture, NumberFormat format, InstructionPath? path) =>
        KnownUnits.Find(architecture, format, format, KnownFormats.Fp32, path)?.Unit
        ?? throw new InvalidOperationException($"{architecture} has no unit for {format.Name}.");
}
