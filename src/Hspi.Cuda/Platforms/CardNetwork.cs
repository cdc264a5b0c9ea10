using Hspi.Backends.Emulated;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Platforms;

/// <summary>One way of running the decoder: the library's types for each product, as engines choose them.</summary>
/// <remarks>
/// Layers and attention give 16 bits, the head fp32, as in the platforms of the emulated units. FP8 quantises linear layers only,
/// with one scale per weight and per row, attention and head stay bf16: vLLM's <c>--quantization fp8</c>.
/// </remarks>
/// <param name="Name">The precision column.</param>
/// <param name="Kernels">The kernels column; empty unless something is chosen.</param>
/// <param name="Elements">Format of values between operators.</param>
/// <param name="Linear">Types of products with weights.</param>
/// <param name="Attention">Types of products of two computed values.</param>
/// <param name="Head">Types of the last product.</param>
internal sealed record CardNetwork(string Name, string Kernels, ElementFormat Elements, string Linear, string Attention, string Head)
{
    /// <summary>Weights of the head in the committed decoder.</summary>
    public const string HeadWeight = "head/weight";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CardNetwork> All { get; } =
    [
        new("fp16", "", ElementFormat.Float16, "fp16-out16", "fp16-out16", "fp16"),
        new("bf16", "", ElementFormat.BFloat16, "bf16-out16", "bf16-out16", "bf16"),
        new("fp8", "", ElementFormat.BFloat16, "e4m3-fast", "bf16-out16", "bf16"),
        new("fp8", "promoted", ElementFormat.BFloat16, "e4m3", "bf16-out16", "bf16"),
        new("fp32", "", ElementFormat.Float32, "fp32", "fp32", "fp32"),
        new("tf32", "", ElementFormat.Float32, "tf32", "tf32", "tf32"),
    ];

    /// <summary>With the products of a library.</summary>
    public Precision On(ILibraryProducts products) => With(types => new CardArithmetic(products, types));

    /// <summary>As the table of units computes it.</summary>
    public Precision Computed(Architecture architecture) => With(types => ComputedPrecision.Products(architecture, types));

    private Precision With(Func<CublasLtTypes, IMatrixArithmetic> products)
    {
        var linear = products(CublasLtTypes.Of(Linear));
        if (CublasLtTypes.Of(Linear).OperandBytes == 1)
        {
            linear = new ScaledArithmetic(linear, KnownFormats.E4M3, KnownFormats.E4M3, KnownFormats.Fp32);
        }

        var head = products(CublasLtTypes.Of(Head));
        return new Precision
        {
            Elements = Elements,
            Results = ElementFormat.Float32,
            Products = products(CublasLtTypes.Of(Attention)),
            WeightProducts = weight => weight == HeadWeight ? head : linear,
        };
    }
}
