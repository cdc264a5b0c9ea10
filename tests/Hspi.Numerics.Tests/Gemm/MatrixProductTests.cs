using System.Globalization;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Gemm.Truncated;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

public sealed class MatrixProductTests
{
    public static TheoryData<string> Units => [.. KernelUnits.All.Select(row => row.Name)];

    // A case is one output: its whole chain of up to 150 products, mostly over several blocks.
    private static int CasesPerKind => int.Parse(
        Environment.GetEnvironmentVariable("HSPI_GEMM_CASES") ?? "3000", NumberStyles.None, CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Units))]
    public void The_kernel_gives_the_bits_of_the_plain_definition_on_every_kind_of_operands(string name)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;

        foreach (OperandKind kind in Enum.GetValues<OperandKind>())
        {
            int cases = 0;
            for (ulong seed = 1; cases < CasesPerKind; seed++)
            {
                RandomProduct product = KernelUnits.Product(unit, kind, (seed * 1000) + (ulong)kind);
                cases += product.M * product.N;

                AssertSameBits(product.Plain(unit), product.Fast(unit), $"{name}, {kind}, seed {seed}: {product.M}x{product.N}x{product.K}");
            }
        }
    }

    [Fact]
    public void A_block_at_the_last_carry_bit_does_not_leave_32_bits()
    {
        MatrixUnit unit = KnownUnits.Find("hopper_fp16_fp32")!.Unit;
        float edge = (float)(2 - Math.ScaleB(1, -10));
        float[] a = [.. Enumerable.Repeat(edge, 9 * 16)], b = [.. Enumerable.Repeat(edge, 16 * 70)], c = [.. Enumerable.Repeat(1.5f, 9 * 70)];
        var product = new RandomProduct(9, 70, 16, a, b, c);

        AssertSameBits(product.Plain(unit), product.Fast(unit), "16 largest products and an addend");
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        MatrixUnit unit = KnownUnits.Find("hopper_fp16_fp32")!.Unit;
        var operands = new Operands(7);
        float[] a = operands.Next(300 * 130, OperandKind.Normal, unit.A), b = operands.Next(130 * 500, OperandKind.Normal, unit.B);
        float[] alone = new float[300 * 500], together = new float[300 * 500];

        MatrixProduct.Multiply(unit, 300, 500, 130, a, b, alone);
        MatrixProduct.Multiply(unit, 300, 500, 130, a, b, together, degreeOfParallelism: 3);

        AssertSameBits(alone, together, "three threads");
    }

    [Fact]
    public void A_chain_over_slices_is_the_chain_over_all_terms_where_slices_are_whole_blocks()
    {
        MatrixUnit unit = KnownUnits.Find("ampere_bf16_fp32")!.Unit;
        var operands = new Operands(8);
        float[] a = operands.Next(5 * 200, OperandKind.Normal, unit.A), b = operands.Next(200 * 70, OperandKind.Normal, unit.B);
        float[] whole = new float[5 * 70], chained = new float[5 * 70];
        using PackedMatrix packed = PackedMatrix.Pack(unit, 200, 70, b, [new TermSlice(0, 72), new TermSlice(72, 128)]);

        MatrixProduct.Multiply(unit, 5, 70, 200, a, b, whole);
        MatrixProduct.MultiplySlice(5, a, packed, 0, [], chained);
        MatrixProduct.MultiplySlice(5, a, packed, 1, chained, chained);

        AssertSameBits(whole, chained, "two slices");
    }

    [Fact]
    public void One_huge_value_and_one_special_cost_their_row_and_column_only()
    {
        MatrixUnit unit = KnownUnits.Find("hopper_bf16_fp32")!.Unit;
        TruncatedShape shape = TruncatedShape.Of(unit)!.Value;
        var operands = new Operands(9);
        float[] a = operands.Next(40 * 64, OperandKind.Normal, unit.A), b = operands.Next(64 * 200, OperandKind.Normal, unit.B);
        a[(17 * 64) + 3] = MathF.ScaleB(1, 120);
        b[(5 * 200) + 99] = float.NaN;
        float[] d = new float[40 * 200];
        using var packed = new TruncatedSlice(unit, shape, PackedColumns.Pack(shape, b, 64, 200));
        var plain = new PlainOutputs(unit);

        packed.Multiply(40, a, 64, [], [], d, 1, plain);

        Assert.Equal(200 + 40 - 1, plain.Count);
        AssertSameBits(new RandomProduct(40, 200, 64, a, b, []).Plain(unit), d, "a huge value and a NaN");
    }

    [Fact]
    public void Normal_data_never_needs_the_plain_path()
    {
        foreach (KnownUnit row in KernelUnits.All.Where(row => TruncatedShape.Of(row.Unit) is not null))
        {
            TruncatedShape shape = TruncatedShape.Of(row.Unit)!.Value;
            var operands = new Operands(10);
            float[] a = operands.Next(16 * 256, OperandKind.Normal, row.Unit.A), b = operands.Next(256 * 64, OperandKind.Normal, row.Unit.B);
            using var packed = new TruncatedSlice(row.Unit, shape, PackedColumns.Pack(shape, b, 256, 64));
            var plain = new PlainOutputs(row.Unit);

            packed.Multiply(16, a, 256, [], [], new float[16 * 64], 1, plain);

            Assert.True(plain.Count == 0, $"{row.Name}: {plain.Count} of 1024 outputs took the plain path.");
        }
    }

    [Fact]
    public void An_operand_that_is_no_number_of_the_format_is_refused()
    {
        MatrixUnit unit = KnownUnits.Find("hopper_e4m3_fp32")!.Unit;

        Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(unit, 1, 1, 1, [1.0625f], [1f], new float[1]));
    }

    [Fact]
    public void Every_unit_that_floats_can_carry_has_a_kernel()
    {
        Assert.DoesNotContain(KnownUnits.All, row => ProductKernels.Of(row.Unit) == ProductKernel.Plain);
        Assert.All(KnownUnits.All, row => Assert.Equal(row.Unit.D == KnownFormats.Fp64, ProductKernels.Of(row.Unit) == ProductKernel.NotCarried));
    }

    [Fact]
    public void A_unit_without_a_kernel_goes_through_the_same_door()
    {
        var unit = new MatrixUnit.EmulatedMmaSync(
            KnownFormats.E4M3, KnownFormats.E4M3, (MatrixUnit.TruncatedFused)KnownUnits.Find("hopper_fp16_fp32")!.Unit, Apart: true);
        RandomProduct product = KernelUnits.Product(unit, OperandKind.Normal, 11);

        Assert.Equal(ProductKernel.Plain, ProductKernels.Of(unit));
        AssertSameBits(product.Plain(unit), product.Fast(unit), unit.Definition);
    }

    internal static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string where)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            uint wanted = BitConverter.SingleToUInt32Bits(expected[i]), got = BitConverter.SingleToUInt32Bits(actual[i]);
            Assert.True(wanted == got, $"{where}, output {i}: {expected[i]:R} ({wanted:x8}) by the definition, {actual[i]:R} ({got:x8}) by the kernel.");
        }
    }
}
