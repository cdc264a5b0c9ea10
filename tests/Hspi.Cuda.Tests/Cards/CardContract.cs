using System.Runtime.InteropServices;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;
using Hspi.Cuda.Recording;
using Hspi.Numerics.Formats;
using Hspi.Probes;
using Hspi.Tests;

namespace Hspi.Cuda.Tests.Cards;

/// <summary>The real card of this machine under the contract.</summary>
[NeedsCard]
public sealed class DriverCardTests : CardContract
{
    private protected override ICard Open() => RealCard.OpenOrSkip();
}

/// <summary>The computed units under the contract.</summary>
public sealed class ComputedCardTests : CardContract
{
    private protected override ICard Open() => new ComputedCard(MadeUp.Hopper);
}

/// <summary>What every card gives, whatever its units do where rounding begins: whole numbers that every format here holds exactly.</summary>
public abstract class CardContract
{
    private SeededNormal _chance = new(1);

    private protected abstract ICard Open();

    [Fact]
    public void Every_instruction_sums_small_whole_numbers_exactly_and_each_in_its_place()
    {
        const int Tiles = 3;
        var card = Open();
        var (loaded, _) = LoadedInstructions.Of(card);

        Assert.All(loaded, one =>
        {
            var (instruction, asked) = one;
            var unit = instruction.RowOf(MadeUp.Hopper).Unit;
            var a = Numbers(Tiles * instruction.M * instruction.K);
            var b = Numbers(Tiles * MatrixInstruction.N * instruction.K);
            var c = Numbers(Tiles * instruction.M * MatrixInstruction.N);

            var d = asked(Bytes(unit.A, a), Bytes(unit.B, b), Bytes(unit.D, c), Tiles);

            int[] expected = [.. Enumerable.Range(0, Tiles).SelectMany(tile => Products(
                a.AsSpan(tile * instruction.M * instruction.K, instruction.M * instruction.K),
                b.AsSpan(tile * MatrixInstruction.N * instruction.K, MatrixInstruction.N * instruction.K),
                instruction.K)).Zip(c, (product, addend) => product + addend)];
            Assert.Equal(Bytes(unit.D, expected), d);
        });
    }

    // PTX ISA, the tables of special inputs of ex2, lg2, rcp and rsqrt.
    [Theory]
    [InlineData("ex2_approx", 0f, 1f)]
    [InlineData("ex2_approx", float.NegativeInfinity, 0f)]
    [InlineData("lg2_approx", 0f, float.NegativeInfinity)]
    [InlineData("lg2_approx", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("rcp_approx", float.PositiveInfinity, 0f)]
    [InlineData("rcp_approx", 0f, float.PositiveInfinity)]
    [InlineData("rsqrt_approx", float.PositiveInfinity, 0f)]
    [InlineData("rsqrt_approx", 0f, float.PositiveInfinity)]
    public void A_function_gives_what_the_manual_fixes(string name, float input, float expected)
    {
        var card = Open();

        Assert.Equal([expected, expected, expected], card.Evaluate(name, [input, input, input]));
    }

    [Fact]
    public void The_matrix_library_multiplies_small_whole_numbers_exactly_and_each_in_its_place()
    {
        const int M = 32, N = 16, K = 16;
        var card = Open();
        var opened = card.TryOpenLibrary(out var library, out var whyNot);
        Assert.SkipUnless(opened, $"no cuBLASLt: {whyNot}");
        using var disposed = library;

        Assert.All(CublasLtTypes.All, types =>
        {
            var (a, b) = (Numbers(M * K), Numbers(N * K));
            var d = new byte[M * N * types.OutputBytes];

            var choice = library!.Multiply(types, M, N, K, Bytes(types.OperandFormat, a), Bytes(types.OperandFormat, b), d);

            // Ampere and older have no FP8: the library says so by having no kernel.
            Assert.True(choice is not null || (types.OperandBytes == 1 && card.Description.ComputeCapability < 89));
            Assert.True(choice is null || d.AsSpan().SequenceEqual(Bytes(types.OutputFormat, [.. Products(a, b, K)])));
        });
    }

    // 1 to 3: no sum is zero, in whose sign units differ; 32 products and an addend stay below 2048, 16 products below 256: fp16 and bf16 hold them.
    private int[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 1 + _chance.Next(3))];

    private static int[] Products(ReadOnlySpan<int> a, ReadOnlySpan<int> b, int terms)
    {
        List<int> products = [];
        for (var row = 0; row < a.Length; row += terms)
        {
            for (var column = 0; column < b.Length; column += terms)
            {
                var sum = 0;
                for (var k = 0; k < terms; k++)
                {
                    sum += a[row + k] * b[column + k];
                }

                products.Add(sum);
            }
        }

        return [.. products];
    }

    private static byte[] Bytes(NumberFormat format, int[] numbers) => format.StorageBits == 64
        ? MemoryMarshal.AsBytes(Array.ConvertAll(numbers, number => (double)number).AsSpan()).ToArray()
        : ElementBytes.Of(format, Array.ConvertAll(numbers, number => (float)number));
}
