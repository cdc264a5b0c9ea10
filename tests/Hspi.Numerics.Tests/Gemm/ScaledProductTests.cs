using System.Globalization;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Gemm.Truncated;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>Products with block scales: MXFP8, MXFP6, MXFP4, NVFP4.</summary>
public sealed class ScaledProductTests
{
    public static TheoryData<string> Units => [.. KernelUnits.Scaled.Select(row => row.Name)];

    private static int CasesPerKind => int.Parse(
        Environment.GetEnvironmentVariable("HSPI_GEMM_CASES") ?? "1000", NumberStyles.None, CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Units))]
    public void The_kernel_gives_the_bits_of_the_plain_definition_on_every_kind_of_operands_and_scales(string name)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;

        foreach (OperandKind kind in Enum.GetValues<OperandKind>())
        {
            foreach (ScaleKind scales in Enum.GetValues<ScaleKind>())
            {
                int cases = 0;
                for (ulong seed = 1; cases < CasesPerKind; seed++)
                {
                    RandomProduct product = KernelUnits.ScaledProduct(unit, kind, scales, (seed * 1000) + (ulong)kind + (100 * (ulong)scales));
                    cases += product.M * product.N;

                    MatrixProductTests.AssertSameBits(
                        product.Plain(unit), product.Fast(unit), $"{name}, {kind}, {scales}, seed {seed}: {product.M}x{product.N}x{product.K}");
                }
            }
        }
    }

    [Fact]
    public void Normal_data_with_scales_never_needs_the_plain_path()
    {
        MatrixUnit unit = KnownUnits.Find("blackwell_mxe4m3_fp32")!.Unit;
        TruncatedShape shape = TruncatedShape.Of(unit, isScaled: true)!.Value;
        var operands = new Operands(16);
        float[] a = operands.Next(16 * 256, OperandKind.Normal, unit.A), b = operands.Next(256 * 64, OperandKind.Normal, unit.B);
        float[] scalesA = operands.Scales(16 * 8, ScaleKind.Near, KnownFormats.Ue8M0), scalesB = operands.Scales(8 * 64, ScaleKind.Near, KnownFormats.Ue8M0);
        using var packed = new TruncatedSlice(unit, shape, PackedColumns.Pack(shape, b, 256, 64, scalesB));
        var plain = new PlainOutputs(unit);

        packed.Multiply(16, a, 256, scalesA, [], new float[16 * 64], 1, plain);

        Assert.Equal(0, plain.Count);
    }

    [Fact]
    public void A_group_of_zeros_does_not_raise_the_exponent_and_a_group_that_cancels_does()
    {
        MatrixUnit unit = KnownUnits.Find("blackwell_mxfp4_fp32")!.Unit;
        var zeros = new float[64];
        zeros[16] = 1;
        float[] cancelling = [.. zeros];
        cancelling[0] = 1;
        cancelling[1] = -1;
        float[] ones = [.. Enumerable.Repeat(1f, 64)], huge = [MathF.ScaleB(1, 60), 1, 1, 1], plain = [1, 1, 1, 1];

        Assert.Equal([1f], new RandomProduct(1, 1, 64, zeros, ones, []) { ScalesA = huge, ScalesB = plain }.Fast(unit));
        Assert.Equal([0f], new RandomProduct(1, 1, 64, cancelling, ones, []) { ScalesA = huge, ScalesB = plain }.Fast(unit));
    }

    [Theory]
    [InlineData("blackwell_nvfp4_fp32", 16)]
    [InlineData("blackwell_mxfp4_fp32", 32)]
    [InlineData("blackwell_mxe4m3_fp32", 32)]
    public void A_chain_over_slices_is_the_chain_over_all_terms(string name, int termsPerScale)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        var operands = new Operands(18);
        int scales = 256 / termsPerScale;
        float[] a = operands.Next(5 * 256, OperandKind.Normal, unit.A), b = operands.Next(256 * 70, OperandKind.Normal, unit.B);
        float[] scalesA = operands.Scales(5 * scales, ScaleKind.Near, BlockScales.FormatOf(unit));
        float[] scalesB = operands.Scales(scales * 70, ScaleKind.Near, BlockScales.FormatOf(unit));
        float[] whole = new RandomProduct(5, 70, 256, a, b, []) { ScalesA = scalesA, ScalesB = scalesB }.Fast(unit), chained = new float[5 * 70];
        using PackedMatrix packed = PackedMatrix.PackScaled(unit, 256, 70, b, scalesB, [new TermSlice(0, 64), new TermSlice(64, 192)]);

        MatrixProduct.MultiplyScaledSlice(5, a, scalesA, packed, 0, [], chained);
        MatrixProduct.MultiplyScaledSlice(5, a, scalesA, packed, 1, chained, chained);

        MatrixProductTests.AssertSameBits(whole, chained, name);
        Assert.Throws<ArgumentException>(() => MatrixProduct.MultiplyScaled(5, a, scalesA, packed, [], chained));
        Assert.Throws<ArgumentException>(() => PackedMatrix.PackScaled(unit, 256, 70, b, scalesB, [new TermSlice(0, 48), new TermSlice(48, 208)]));
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        foreach (string name in (string[])["blackwell_nvfp4_fp32", "blackwell_mxe4m3_fp32"])
        {
            MatrixUnit unit = KnownUnits.Find(name)!.Unit;
            var operands = new Operands(17);
            int scales = name.Contains("nv", StringComparison.Ordinal) ? 16 : 8;
            var product = new RandomProduct(
                70, 300, 256, operands.Next(70 * 256, OperandKind.Normal, unit.A), operands.Next(256 * 300, OperandKind.Normal, unit.B), [])
            {
                ScalesA = operands.Scales(70 * scales, ScaleKind.Near, BlockScales.FormatOf(unit)),
                ScalesB = operands.Scales(scales * 300, ScaleKind.Near, BlockScales.FormatOf(unit)),
            };

            MatrixProductTests.AssertSameBits(product.Fast(unit), product.Fast(unit, degreeOfParallelism: 3), name);
        }
    }

    [Fact]
    public void Scales_count_on_a_unit_without_a_kernel_too()
    {
        var known = (MatrixUnit.ScaledTruncatedFused)KnownUnits.Find("blackwell_mxe4m3_fp32")!.Unit;
        MatrixUnit unit = known with { Inner = known.Inner with { FractionBits = 22 } };
        float[] ones = [.. Enumerable.Repeat(1f, 32)];
        float[] d = new float[1];
        using PackedMatrix packed = PackedMatrix.PackScaled(unit, 32, 1, ones, [2]);

        MatrixProduct.MultiplyScaled(1, ones, [4], packed, [], d);

        Assert.Equal(ProductKernel.Plain, ProductKernels.Of(unit));
        Assert.Equal(32 * 2 * 4, d[0]);
    }

    [Fact]
    public void Scales_that_are_none_are_refused()
    {
        MatrixUnit mx = KnownUnits.Find("blackwell_mxe4m3_fp32")!.Unit, nv = KnownUnits.Find("blackwell_nvfp4_fp32")!.Unit;
        float[] ones = [.. Enumerable.Repeat(1f, 64)];

        Assert.Throws<ArgumentException>(() => PackedMatrix.PackScaled(mx, 64, 1, ones, [1]));
        Assert.Throws<ArgumentException>(() => PackedMatrix.PackScaled(mx, 64, 1, ones, [1, 3]));
        Assert.Throws<ArgumentException>(() => PackedMatrix.PackScaled(mx, 64, 1, ones, [1, 0]));
        Assert.Throws<ArgumentException>(() => PackedMatrix.PackScaled(nv, 64, 1, ones, [1, 1, 1]));
        Assert.Throws<ArgumentException>(() => PackedMatrix.PackScaled(nv, 64, 1, ones, [1, 1, 1, -1]));
        Assert.Throws<ArgumentException>(() => PackedMatrix.PackScaled(KnownUnits.Find("blackwell_e4m3_fp32")!.Unit, 64, 1, ones, [1, 1]));
    }
}
