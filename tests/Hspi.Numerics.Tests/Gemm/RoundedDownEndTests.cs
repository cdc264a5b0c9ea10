using System.Numerics;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Truncated;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>The end of CDNA3's block by itself: sums and addends at every distance, many of them at ties, powers of two and carries,
/// which whole products of chance meet seldom.</summary>
public sealed unsafe class RoundedDownEndTests
{
    private const int Cases = 400_000;
    private const int Lanes = 16;

    [Fact]
    public void Every_width_of_registers_gives_the_bits_of_the_definition()
    {
        var operands = new Operands(12);
        // On a cache line, as the kernel's tiles are.
        using var sums = new AlignedBuffer<int>(Lanes);
        using var addends = new AlignedBuffer<float>(Lanes);
        using var results = new AlignedBuffer<float>(Lanes);
        using var fields = new AlignedBuffer<byte>(Lanes);
        var constants128 = new RoundedDownEnd.Constants<Vector128<int>>(Vector128.Create(RoundedDownEnd.ToUnit), Vector128.Create(RoundedDownEnd.Word));
        var constants256 = new RoundedDownEnd.Constants<Vector256<int>>(Vector256.Create(RoundedDownEnd.ToUnit), Vector256.Create(RoundedDownEnd.Word));
        var constants512 = new RoundedDownEnd.Constants<Vector512<int>>(Vector512.Create(RoundedDownEnd.ToUnit), Vector512.Create(RoundedDownEnd.Word));
        int nearLanes = 0;
        for (int at = 0; at < Cases; at += Lanes)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                fields.Pointer[lane] = (byte)(70 + operands.Next(60));
                sums.Pointer[lane] = Sum(operands);
                addends.Pointer[lane] = Addend(operands, fields.Pointer[lane] - 127, near: at / Lanes % 2 == 0);
            }
            for (int lane = 0; lane < Lanes; lane += Lanes128.Count)
            {
                Lanes128.Store(results.Pointer + lane, Lanes128.RoundDown(constants128, Vector128.Load(sums.Pointer + lane), Lanes128.Products(fields.Pointer + lane), Vector128.Load(addends.Pointer + lane)));
            }
            Check("128 bits");
            for (int lane = 0; Processor.HasAvx2 && lane < Lanes; lane += Lanes256.Count)
            {
                Lanes256.Store(results.Pointer + lane, Lanes256.RoundDown(constants256, Vector256.Load(sums.Pointer + lane), Lanes256.Products(fields.Pointer + lane), Vector256.Load(addends.Pointer + lane)));
            }
            Check("256 bits");
            if (Processor.Width == VectorWidth.Bits512)
            {
                Lanes512.Store(results.Pointer, Lanes512.RoundDown(constants512, Vector512.Load(sums.Pointer), Lanes512.Products(fields.Pointer), Vector512.Load(addends.Pointer)));
            }
            Check("512 bits");
            // Where an addend is near, the short way must give the same; elsewhere the results stay those of the long one.
            for (int lane = 0; lane < Lanes; lane += Lanes128.Count)
            {
                Vector128<int> products = Lanes128.Products(fields.Pointer + lane), addend = Lanes128.Addend(constants128, products, Vector128.Load(addends.Pointer + lane));
                Vector128<float> rounded = Lanes128.RoundNear(Vector128.Load(sums.Pointer + lane), addend, products);
                for (int i = 0; i < Lanes128.Count; i++)
                {
                    Vector128<int> one = Vector128.Create(addend[i]);
                    bool near = Lanes128.AreNear(one, one, one, one);
                    nearLanes += near ? 1 : 0;
                    results.Pointer[lane + i] = near ? rounded[i] : results.Pointer[lane + i];
                }
            }
            Check("128 bits, near");
            for (int lane = 0; Processor.HasAvx2 && lane < Lanes; lane += Lanes256.Count)
            {
                Vector256<int> products = Lanes256.Products(fields.Pointer + lane), addend = Lanes256.Addend(constants256, products, Vector256.Load(addends.Pointer + lane));
                Vector256<float> rounded = Lanes256.RoundNear(Vector256.Load(sums.Pointer + lane), addend, products);
                for (int i = 0; i < Lanes256.Count; i++)
                {
                    Vector256<int> one = Vector256.Create(addend[i]);
                    results.Pointer[lane + i] = Lanes256.AreNear(one, one, one, one) ? rounded[i] : results.Pointer[lane + i];
                }
            }
            Check("256 bits, near");
            if (Processor.Width == VectorWidth.Bits512)
            {
                Vector512<int> products = Lanes512.Products(fields.Pointer), addend = Lanes512.Addend(constants512, products, Vector512.Load(addends.Pointer));
                Vector512<float> rounded = Lanes512.RoundNear(Vector512.Load(sums.Pointer), addend, products);
                for (int i = 0; i < Lanes; i++)
                {
                    Vector512<int> one = Vector512.Create(addend[i]);
                    results.Pointer[i] = Lanes512.AreNear(one, one, one, one) ? rounded[i] : results.Pointer[i];
                }
            }
            Check("512 bits, near");
        }
        Assert.InRange(nearLanes, Cases / 10, Cases * 9 / 10);

        void Check(string width)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                float wanted = Definition(sums.Pointer[lane], fields.Pointer[lane] - 127, addends.Pointer[lane]), got = results.Pointer[lane];
                Assert.True(
                    BitConverter.SingleToInt32Bits(wanted) == BitConverter.SingleToInt32Bits(got),
                    $"{width}, S {sums.Pointer[lane]}, Ed {fields.Pointer[lane] - 127}, c {addends.Pointer[lane]:R}: {wanted:R} by the definition, {got:R}");
            }
        }
    }

    [Fact]
    public void Two_sums_apart_end_as_in_the_definition_too()
    {
        const int Largest = (int)(8 * 1.875 * 1.875 * (1 << 24));
        var operands = new Operands(18);
        using var sums = new AlignedBuffer<int>(2 * Lanes);
        using var addends = new AlignedBuffer<float>(Lanes);
        using var results = new AlignedBuffer<float>(Lanes);
        using var fields = new AlignedBuffer<byte>(2 * Lanes);
        var constants128 = new RoundedDownEnd.Constants<Vector128<int>>(Vector128.Create(RoundedDownEnd.ToUnit), Vector128.Create(RoundedDownEnd.Word));
        var constants256 = new RoundedDownEnd.Constants<Vector256<int>>(Vector256.Create(RoundedDownEnd.ToUnit), Vector256.Create(RoundedDownEnd.Word));
        var constants512 = new RoundedDownEnd.Constants<Vector512<int>>(Vector512.Create(RoundedDownEnd.ToUnit), Vector512.Create(RoundedDownEnd.Word));
        for (int at = 0; at < Cases; at += Lanes)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                fields.Pointer[lane] = (byte)(70 + operands.Next(60));
                fields.Pointer[Lanes + lane] = operands.Next(2) == 0 ? (byte)(70 + operands.Next(60)) : (byte)(fields.Pointer[lane] - 2 + operands.Next(5));
                // The largest sums of both, now and then: they cancel an addend as far as it can be.
                bool edge = operands.Next(8) == 0;
                sums.Pointer[lane] = edge ? operands.Next(3) - 1 - Largest : Math.Clamp(Sum(operands), -Largest, Largest);
                sums.Pointer[Lanes + lane] = edge ? operands.Next(3) - 1 - Largest : Math.Clamp(Sum(operands), -Largest, Largest);
                addends.Pointer[lane] = Addend(operands, Math.Max(fields.Pointer[lane], fields.Pointer[Lanes + lane]) - 127, near: at / Lanes % 2 == 0);
            }
            for (int lane = 0; lane < Lanes; lane += Lanes128.Count)
            {
                Lanes128.Store(results.Pointer + lane, Lanes128.RoundDownApart(
                    constants128, Vector128.Load(sums.Pointer + lane), Lanes128.Products(fields.Pointer + lane),
                    Vector128.Load(sums.Pointer + Lanes + lane), Lanes128.Products(fields.Pointer + Lanes + lane), Vector128.Load(addends.Pointer + lane)));
            }
            Check("128 bits");
            for (int lane = 0; Processor.HasAvx2 && lane < Lanes; lane += Lanes256.Count)
            {
                Lanes256.Store(results.Pointer + lane, Lanes256.RoundDownApart(
                    constants256, Vector256.Load(sums.Pointer + lane), Lanes256.Products(fields.Pointer + lane),
                    Vector256.Load(sums.Pointer + Lanes + lane), Lanes256.Products(fields.Pointer + Lanes + lane), Vector256.Load(addends.Pointer + lane)));
            }
            Check("256 bits");
            if (Processor.Width == VectorWidth.Bits512)
            {
                Lanes512.Store(results.Pointer, Lanes512.RoundDownApart(
                    constants512, Vector512.Load(sums.Pointer), Lanes512.Products(fields.Pointer),
                    Vector512.Load(sums.Pointer + Lanes), Lanes512.Products(fields.Pointer + Lanes), Vector512.Load(addends.Pointer)));
            }
            Check("512 bits");
        }

        void Check(string width)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                int even = fields.Pointer[lane] - 127, odd = fields.Pointer[Lanes + lane] - 127, both = Math.Max(even, odd);
                float c = addends.Pointer[lane];
                // Dropped where its exponent is below E − 25; E is the products' then.
                float taken = c != 0 && Math.ILogB((double)c) < both - 25 ? 0 : c;
                float wanted = Definition(
                    (int)(ShiftDown(sums.Pointer[lane], both - even) + ShiftDown(sums.Pointer[Lanes + lane], both - odd)), both, taken);
                float got = results.Pointer[lane];
                Assert.True(
                    BitConverter.SingleToInt32Bits(wanted) == BitConverter.SingleToInt32Bits(got),
                    $"{width}, S {sums.Pointer[lane]} and {sums.Pointer[Lanes + lane]}, Ed {even} and {odd}, c {c:R}: {wanted:R} by the definition, {got:R}");
            }
        }
    }

    // d = RNE(R floored to 31 fraction bits), R = floor(S · 2^(Ed − 24) / 2^(E − 32)) + 256 · floor(c / 2^(E − 24)), in whole numbers.
    private static float Definition(int sum, int products, float c)
    {
        Number addend = KnownFormats.Fp32.Decode(BitConverter.SingleToUInt32Bits(c));
        int largest = addend.IsZero ? products : Math.Max(products, addend.Exponent);
        BigInteger r = ShiftDown(sum, largest - products - 8)
            + (ShiftDown(addend.Negative ? -(BigInteger)addend.Significand : addend.Significand, largest - 24 - (addend.Exponent - 23)) << 8);
        if (r.IsZero)
        {
            return 0;
        }
        int excess = Math.Max(0, (int)(BigInteger.Abs(r).GetBitLength() - 1) - 31);
        r >>= excess;
        return (float)KnownFormats.Fp32.Round(r.Sign < 0, (UInt128)BigInteger.Abs(r), largest - 32 + excess, RoundingMode.NearestEven).ToDouble();
    }

    private static BigInteger ShiftDown(BigInteger value, int distance) => distance < 0 ? value << -distance : value >> distance;

    // Below 2^29: chance of any length, or a few bits and what is just beside them.
    private static int Sum(Operands operands)
    {
        int sum = operands.Next(3) switch
        {
            0 => operands.Next(1 << (1 + operands.Next(29))),
            1 => (1 << operands.Next(28)) + (1 << operands.Next(28)) + operands.Next(3) - 1,
            _ => (operands.Next(1 << (1 + operands.Next(15))) << operands.Next(14)) + operands.Next(3) - 1,
        };
        return operands.Next(2) == 0 ? sum : -sum;
    }

    // From 30 binades below the products to 40 above, or to 5 above, where a whole register takes the short way; with significands of few bits, of all, or of chance.
    private static float Addend(Operands operands, int products, bool near)
    {
        int significand = operands.Next(5) switch
        {
            0 => 1 << 23,
            1 => (1 << 24) - 1 - operands.Next(4),
            2 => (1 << 23) + operands.Next(4),
            _ => (1 << 23) + operands.Next(1 << 23),
        };
        int exponent = near ? products + 5 - operands.Next(operands.Next(2) == 0 ? 3 : 35)
            : operands.Next(2) == 0 ? products + 4 + operands.Next(8) : products - 30 + operands.Next(70);
        float c = operands.Next(40) == 0 ? 0 : MathF.ScaleB(significand, exponent - 23);
        return operands.Next(2) == 0 ? c : -c;
    }
}
