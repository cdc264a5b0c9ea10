using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm.Exact;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>Where the kernels of FP32 operations have borders that operands of chance seldom come near.</summary>
public sealed class IeeeProductTests
{
    public static TheoryData<string> Flushed => [.. KernelUnits.All.Where(row => row.Unit is MatrixUnit.FlushedPairwise).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Flushed))]
    public void Flushing_begins_at_the_same_sums_as_in_the_definition(string name)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        var operands = new Operands(13);
        int lowest = Math.Max(-75, unit.A.SmallestExponent - 2);

        for (int product = 0; product < 300; product++)
        {
            int m = 1 + operands.Next(12), n = 1 + operands.Next(70), k = 1 + operands.Next(40);
            int exponent = lowest + operands.Next(30);
            float[] a = [.. Enumerable.Range(0, m * k).Select(_ => unit.A.Quantize(Near(exponent)))];
            float[] b = [.. Enumerable.Range(0, k * n).Select(_ => unit.B.Quantize(Near(exponent)))];
            float[] c = operands.Next(2) == 0 ? [] : [.. Enumerable.Range(0, m * n).Select(_ => Near(-130 + operands.Next(40)))];
            var some = new RandomProduct(m, n, k, a, b, c);

            MatrixProductTests.AssertSameBits(some.Plain(unit), some.Fast(unit), $"{name}, product {product}, exponent {exponent}");
        }

        float Near(int exponent) => MathF.ScaleB((operands.Next(2) == 0 ? 1 : -1) * (1 + (operands.Next(256) / 256f)), exponent + operands.Next(4));
    }

    [Fact]
    public void Exact_sums_are_rounded_once_where_terms_lie_far_apart_and_at_ties()
    {
        foreach (KnownUnit row in KernelUnits.All.Where(row => row.Unit is MatrixUnit.Exact))
        {
            var operands = new Operands(15);
            for (int product = 0; product < 600; product++)
            {
                // Few exponents make ties; many leave the 53 bits of FP64.
                int spread = 1 + operands.Next(row.Unit.A == KnownFormats.Bf16 ? 120 : 28);
                int m = 1 + operands.Next(9), n = 1 + operands.Next(30), k = 1 + operands.Next(product % 4 == 0 ? 200 : 8);
                float[] a = [.. Enumerable.Range(0, m * k).Select(_ => row.Unit.A.Quantize(Near(spread)))];
                float[] b = [.. Enumerable.Range(0, k * n).Select(_ => row.Unit.B.Quantize(Near(spread)))];
                float[] c = operands.Next(3) == 0 ? [] : [.. Enumerable.Range(0, m * n).Select(_ => Near(spread) * (1 + (operands.Next(3) * MathF.ScaleB(1, -23))))];
                var some = new RandomProduct(m, n, k, a, b, c);

                MatrixProductTests.AssertSameBits(some.Plain(row.Unit), some.Fast(row.Unit), $"{row.Name}, product {product}, spread {spread}");
            }

            float Near(int spread) => MathF.ScaleB((operands.Next(2) == 0 ? 1 : -1) * (1 + (operands.Next(3) / 128f)), operands.Next(spread) - (spread / 2));
        }
    }

    // Whether FP64 holds a sum is asked anew every few dozen terms, from the sums of that moment.
    [Theory]
    [InlineData("cdna1_fp16_fp32", 4, -24, 1)]
    [InlineData("cdna1_fp16_fp32", 4, -24, 5)]
    [InlineData("cdna1_bf16_fp32", 2, -100, 1)]
    [InlineData("cdna1_bf16_fp32", 2, -100, 5)]
    public void A_tiny_term_decides_a_tie_wherever_it_stands(string name, int terms, int tiny, int rows)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        const int Blocks = 150; // several parts, of one row as of eight
        for (int block = 0; block < Blocks; block++)
        {
            for (int sign = -1; sign <= 1; sign++)
            {
                // 1 + 2^-24 is a tie between two FP32 numbers; the tiny product, or none, breaks it.
                var a = new float[terms * Blocks];
                var b = new float[terms * Blocks];
                (a[0], b[0]) = (1, 1);
                int at = block * terms;
                (a[at + (block == 0 ? 1 : 0)], b[at + (block == 0 ? 1 : 0)]) = (MathF.ScaleB(1, -12), MathF.ScaleB(1, -12));
                if (terms > 2 || block > 0)
                {
                    (a[at + terms - 1], b[at + terms - 1]) = (sign * MathF.ScaleB(1, tiny), MathF.ScaleB(1, tiny));
                }
                var product = new RandomProduct(rows, 1, terms * Blocks, [.. Enumerable.Repeat(a, rows).SelectMany(row => row)], b, []);

                float[] fast = product.Fast(unit);

                MatrixProductTests.AssertSameBits(product.Plain(unit), fast, $"{name}, block {block}, sign {sign}");
                float expected = sign > 0 && (terms > 2 || block > 0) ? 1 + MathF.ScaleB(1, -23) : 1;
                Assert.All(fast, one => Assert.Equal(expected, one));
            }
        }
    }

    [Fact]
    public void A_sum_that_fits_is_rounded_as_a_conversion_rounds_it()
    {
        var operands = new Operands(31);
        for (int at = 0; at < 1_000_000; at++)
        {
            // Up to 53 bits: every length, and a third of them ties or next to ties.
            int bits = 1 + operands.Next(53);
            long significand = (1L << (bits - 1)) | ((((long)operands.Next(1 << 27) << 27) | (long)operands.Next(1 << 27)) & ((1L << (bits - 1)) - 1));
            if (bits > 25 && at % 3 == 0)
            {
                significand = (((significand >> (bits - 24)) << 1) | 1) << (bits - 25);
                significand += operands.Next(3) - 1;
            }

            // Multiples of 2^-149, below 2^127.
            int place = -149 + operands.Next(126 + 149 - bits);
            double value = Math.ScaleB(at % 2 == 0 ? significand : -significand, place);

            Vector256<double> rounded = ExactLanes256.RoundInside(Vector256.Create(value));

            Assert.True(BitConverter.DoubleToInt64Bits((double)(float)value) == BitConverter.DoubleToInt64Bits(rounded[at % 4]), $"{value:R} became {rounded[at % 4]:R}");
        }

        Assert.Equal(0, BitConverter.DoubleToInt64Bits(ExactLanes256.RoundInside(Vector256<double>.Zero)[0]));
    }

    [Theory]
    [InlineData("cdna1_fp16_fp32", 65504f, 4096f)]
    [InlineData("cdna1_bf16_fp32", 1.7e38f, 1.9f)]
    [InlineData("cdna1_bf16_fp32", 5e37f, 1.1f)]
    public void Sums_beyond_the_largest_number_and_infinite_operands_are_those_of_the_definition(string name, float large, float other)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        (large, other) = (unit.A.Quantize(large), unit.A.Quantize(other));
        var operands = new Operands(37);
        bool small = false;
        for (int product = 0; product < 200; product++)
        {
            small = product % 2 == 0;
            int m = 1 + operands.Next(9), n = 1 + operands.Next(70), k = 1 + operands.Next(product % 4 < 2 ? 150 : 6);
            float[] a = [.. Enumerable.Range(0, m * k).Select(_ => Any(large))], b = [.. Enumerable.Range(0, k * n).Select(_ => Any(other))];
            float[] c = product % 3 == 0 ? [] : [.. Enumerable.Range(0, m * n).Select(_ => operands.Next(300) == 0 ? float.NegativeInfinity : Any(3e38f))];
            var some = new RandomProduct(m, n, k, a, b, c);

            MatrixProductTests.AssertSameBits(some.Plain(unit), some.Fast(unit), $"{name}, product {product}");
        }

        float Any(float most) => operands.Next(3000) switch
        {
            0 => float.PositiveInfinity,
            < 1000 => most,
            < 2000 => -most,
            // Without small terms FP64 holds every sum, also those that FP32 does not.
            _ => small ? 1 : most,
        };
    }

    [Fact]
    public void A_minus_zero_has_the_sign_of_the_definition_after_a_whole_chain()
    {
        foreach (KnownUnit row in KernelUnits.All.Where(row => row.Unit is MatrixUnit.FlushedPairwise or MatrixUnit.IeeeChain or MatrixUnit.Exact))
        {
            for (int k = 1; k <= 9; k++)
            {
                var product = new RandomProduct(1, 1, k, [.. Enumerable.Repeat(-1f, k)], new float[k], [-0f]);

                MatrixProductTests.AssertSameBits(product.Plain(row.Unit), product.Fast(row.Unit), $"{row.Name}, {k} terms");
            }
        }
    }

    [Fact]
    public void A_chain_of_separate_operations_is_the_definition_on_every_kind_of_operands()
    {
        var unit = new MatrixUnit.IeeeChain(KnownFormats.Fp32, IsFused: false);

        foreach (OperandKind kind in Enum.GetValues<OperandKind>())
        {
            for (ulong seed = 1; seed <= 8; seed++)
            {
                RandomProduct product = KernelUnits.Product(unit, kind, (seed * 1000) + (ulong)kind);

                MatrixProductTests.AssertSameBits(product.Plain(unit), product.Fast(unit), $"{kind}, seed {seed}");
            }
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var unit = new MatrixUnit.FlushedPairwise(KnownFormats.Bf16, 4);
        var operands = new Operands(14);
        float[] a = operands.Next(300 * 130, OperandKind.Normal, unit.A), b = operands.Next(130 * 500, OperandKind.Normal, unit.B);
        var product = new RandomProduct(300, 500, 130, a, b, []);

        MatrixProductTests.AssertSameBits(product.Fast(unit), product.Fast(unit, degreeOfParallelism: 3), "three threads");
    }
}
