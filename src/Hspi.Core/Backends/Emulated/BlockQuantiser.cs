using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;
using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Backends.Emulated;

/// <summary>Gives the blocks of a row or column their scales, and rounds what is left to the format, to nearest even with saturation.</summary>
/// <remarks><code>
/// MX     blocks of 32   scale = 2^(floor(log2 of the largest magnitude) - the format's largest exponent)      q = round(x / scale)
/// NVFP4  blocks of 16   tensor = largest magnitude of the tensor / (448 · 6)
///                       scale = UE4M3(largest magnitude of the block / (6 · tensor))                          q = round(x / (scale · tensor))
/// </code>
/// MX: OCP microscaling formats specification 1.0, section 6.3. NVFP4: the recipe of TensorRT-LLM and vLLM (<c>cvt_warp_fp16_to_fp4</c>),
/// which multiply with approximate reciprocals where this divides in fp32. A block that holds an infinity or NaN is NaN.
/// </remarks>
/// <param name="format">Format of the operands.</param>
/// <param name="scaling">Which scales the unit takes.</param>
internal sealed class BlockQuantiser(NumberFormat format, BlockScaling scaling)
{
    private const int MxTerms = 32;
    private const int NvTerms = 16;

    private readonly SaturatingRounding _rounding = new(format);
    private readonly SaturatingRounding _scaleRounding = new(KnownFormats.Ue4M3);

    /// <summary>Whether there is a second scale in fp32, which the sums are multiplied with.</summary>
    public bool HasTensorScale => scaling == BlockScaling.NvFp4;

    private int BlockTerms => HasTensorScale ? NvTerms : MxTerms;

    /// <summary>How many scales that many terms have.</summary>
    public int Blocks(int terms) => (terms + BlockTerms - 1) / BlockTerms;

    /// <summary>The scale of a whole tensor, or of a row that stands for itself; 1 where the format has none, or where it would vanish.</summary>
    public float TensorScale(ReadOnlySpan<float> values) =>
        HasTensorScale && MathF.Abs(MaxMagnitude(values)) / (KnownFormats.Ue4M3.Largest * format.Largest) is var scale and not 0 ? scale : 1;

    /// <summary>Quantises terms in a row.</summary>
    /// <param name="values">The terms.</param>
    /// <param name="tensor">Their <see cref="TensorScale"/>.</param>
    /// <param name="rounded">As many numbers of the format; may be <paramref name="values"/> itself.</param>
    /// <param name="scales">One number of the scales' format per block.</param>
    public void Quantise(ReadOnlySpan<float> values, float tensor, Span<float> rounded, Span<float> scales)
    {
        for (var block = 0; block < scales.Length; block++)
        {
            var first = block * BlockTerms;
            var terms = values[first..Math.Min(values.Length, first + BlockTerms)];
            var target = rounded.Slice(first, terms.Length);
            var largest = MathF.Abs(MaxMagnitude(terms));
            scales[block] = !float.IsFinite(largest) ? float.NaN
                : HasTensorScale ? _scaleRounding.Round(largest / (format.Largest * tensor))
                : PowerOfTwo(largest);
            var divisor = scales[block] * tensor;
            if (divisor == 0 || float.IsNaN(divisor))
            {
                target.Clear();
                continue;
            }

            _rounding.Quantise(terms, divisor, target);
        }
    }

    // A block of zeros has no logarithm; whatever its scale, its products are zeros.
    private float PowerOfTwo(float largest) => largest == 0
        ? 1
        : MathF.ScaleB(1, Math.Clamp(MathF.ILogB(largest) - format.LargestExponent, KnownFormats.Ue8M0.SmallestExponent, KnownFormats.Ue8M0.LargestExponent));
}
