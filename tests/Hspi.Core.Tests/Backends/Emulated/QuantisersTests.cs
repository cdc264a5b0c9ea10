using Hspi.Backends.Emulated;
using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Core.Tests.Backends.Emulated;

/// <summary>Scales by hand. What a unit makes of the quantised numbers is held to the definition in <see cref="UnitNetworkTests"/>.</summary>
public sealed class QuantisersTests
{
    [Fact]
    public void Rows_and_weights_are_scaled_to_the_largest_number()
    {
        // Row 1: largest 1.75, scale 2^-8, so 448 and 256. Weights: largest 448, scale 1. Row 2 is zeros.
        // (448·448 + 256·3) · 1 · 2^-8 = 787
        using var weights = new ScaledArithmetic(new SequentialArithmetic(), KnownFormats.E4M3, KnownFormats.E4M3, KnownFormats.Fp32)
            .Prepare([448, 3], terms: 2, columns: 1);
        var d = new float[2];

        weights.Multiply([1.75f, 1, 0, 0], 2, d);

        Assert.Equal([787f, 0], d);
    }

    [Fact]
    public void Fnuz_numbers_end_at_224_as_in_vllm()
    {
        var seen = new Operands();

        new ScaledArithmetic(seen, KnownFormats.Fp8, KnownFormats.Fp8, KnownFormats.Fp32).Prepare([1.75f, -3.5f], terms: 2, columns: 1).Multiply([1, 0.5f], 1, new float[1]);

        Assert.Equal([112f, -224f], seen.Right);
        Assert.Equal([224f, 112f], seen.Left);
    }

    [Fact]
    public void Rows_for_half_precision_sums_cannot_overflow_them()
    {
        const int terms = 256;
        var seen = new Operands();

        new ScaledArithmetic(seen, KnownFormats.E4M3, KnownFormats.E4M3, KnownFormats.Fp16)
            .Prepare([.. Enumerable.Repeat(3f, terms)], terms, columns: 1).Multiply([.. Enumerable.Repeat(5f, terms)], 1, new float[1]);

        // sqrt(65504 / 256) is 15.996; with the 16 next to it the sum would be 65536, which FP16 does not have.
        Assert.All(seen.Right.Concat(seen.Left), value => Assert.Equal(15, value));
    }

    // OCP microscaling formats 1.0, section 6.3: the shared exponent is floor(log2 of the largest magnitude) less the format's largest
    // exponent. Largest 5: 2 - 2 = 0, so scale 1 and E2M1 of 5, a tie between 4 and 6, is the even 4. Largest 12: 3 - 2 = 1.
    [Fact]
    public void Mx_scales_are_powers_of_two_by_the_largest_magnitude()
    {
        var values = new float[64];
        (values[0], values[1]) = (-5, 0.25f);
        (values[32], values[33], values[34]) = (12, 1, 15);
        var scales = new float[2];

        new BlockQuantiser(KnownFormats.E2M1, BlockScaling.MxFp4).Quantise(values, 1, values, scales);

        // 15 / 2 = 7.5 is above the largest number 6.
        Assert.Equal([1f, 2f], scales);
        Assert.Equal([-4f, 0f, 6f, 0.5f, 6f], [values[0], values[1], values[32], values[33], values[34]]);
    }

    [Fact]
    public void Mxfp8_has_448_at_the_exponent_8()
    {
        var values = new float[32];
        (values[0], values[1]) = (3, 0.1f);
        var scales = new float[1];

        new BlockQuantiser(KnownFormats.E4M3, BlockScaling.Mx).Quantise(values, 1, values, scales);

        // floor(log2 3) - 8 = -7; 0.1 · 128 = 12.8 rounds to 13.
        Assert.Equal([MathF.ScaleB(1, -7)], scales);
        Assert.Equal([384f, 13f], values[..2]);
    }

    [Fact]
    public void Nvfp4_has_a_scale_for_the_tensor_and_one_for_each_sixteen()
    {
        var values = new float[32];
        (values[0], values[1]) = (2688 * 4, 448 * 4);
        (values[16], values[17]) = (25, -1);
        var quantiser = new BlockQuantiser(KnownFormats.E2M1, BlockScaling.NvFp4);
        var scales = new float[2];

        var tensor = quantiser.TensorScale(values);
        quantiser.Quantise(values, tensor, values, scales);

        // Block 2: 25 / (6 · 4) = 1.0417, a UE4M3 of 1; 25 / 4 = 6.25 is above 6; -1 / 4 is a tie between 0 and 0.5.
        Assert.Equal(4, tensor);
        Assert.Equal([448f, 1f], scales);
        Assert.Equal([6f, 1f, 6f, 0f], [values[0], values[1], values[16], values[17]]);
    }

    [Theory]
    [InlineData(BlockScaling.MxFp4)]
    [InlineData(BlockScaling.NvFp4)]
    public void Zeros_stay_zeros_and_no_number_makes_its_block_none(BlockScaling scaling)
    {
        var quantiser = new BlockQuantiser(KnownFormats.E2M1, scaling);
        var (zeros, broken) = (new float[64], new float[64]);
        (broken[0], broken[40]) = (float.NaN, 1);
        var (zeroScales, brokenScales) = (new float[quantiser.Blocks(64)], new float[quantiser.Blocks(64)]);

        quantiser.Quantise(zeros, quantiser.TensorScale(zeros), zeros, zeroScales);
        quantiser.Quantise(broken, 1, broken, brokenScales);

        Assert.All(zeros, value => Assert.Equal(0, value));
        Assert.All(zeroScales, scale => Assert.True(float.IsFinite(scale)));
        Assert.True(float.IsNaN(brokenScales[0]));
        Assert.All(brokenScales[1..], scale => Assert.True(float.IsFinite(scale)));
    }

    /// <summary>Keeps what it should multiply.</summary>
    private sealed class Operands : IMatrixArithmetic, IRightOperand
    {
        public float[] Left { get; private set; } = [];

        public float[] Right { get; private set; } = [];

        public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns)
        {
            Right = b.ToArray();
            return this;
        }

        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d) => Left = a.ToArray();

        public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
