using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Recording;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Tests.Kernels.Ptx;

/// <summary>The kernels, run by the manual's definitions on this machine: every operand reaches its place, every result its own.</summary>
public sealed class KernelMeaningTests
{
    private const int Tiles = 5; // not a whole number of blocks of mma.sync: warps without a tile must do nothing

    public static TheoryData<string> Names => [.. MatrixInstruction.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kernel_computes_the_products_that_it_was_given(string name)
    {
        var instruction = MatrixInstruction.All.Single(one => one.Name == name);
        var launch = new Launch(instruction, Tiles);
        new TileGenerator(instruction, seed: 7).Fill(launch);

        var answers = Run(instruction, ProbeKernel.Of(instruction).Text, launch);

        Assert.Equal(new ComputedCard(MadeUp.Hopper).Load(instruction)(launch.A, launch.B, launch.C, Tiles), answers);
    }

    // The machine would see it: one register of A taken from the wrong half of k, or offsets of the descriptor exchanged.
    [Theory]
    [InlineData("mma_k16_f16_f16_f32", "%a2, [%pa+16]", "%a2, [%pa+256]")]
    [InlineData("mma_k32_e4m3_e4m3_f32", "%b1, [%pb+16]", "%b1, [%pb+0]")]
    [InlineData("wgmma_k16_f16_f16_f32", "0x0000001000080000", "0x0000000800100000")]
    public void A_slip_of_the_pen_would_be_seen(string name, string right, string wrong)
    {
        var instruction = MatrixInstruction.All.Single(one => one.Name == name);
        var launch = new Launch(instruction, Tiles);
        new TileGenerator(instruction, seed: 7).Fill(launch);
        var text = ProbeKernel.Of(instruction).Text;
        Assert.Contains(right, text, StringComparison.Ordinal);

        var answers = Run(instruction, text.Replace(right, wrong, StringComparison.Ordinal), launch);

        Assert.NotEqual(new ComputedCard(MadeUp.Hopper).Load(instruction)(launch.A, launch.B, launch.C, Tiles), answers);
    }

    private static byte[] Run(MatrixInstruction instruction, string text, Launch launch)
    {
        var unit = instruction.RowOf(MadeUp.Hopper).WithInstructionTerms(instruction.K);
        var size = instruction.RowBytes / instruction.K;
        ulong[] Words(byte[] bytes) => [.. bytes.Chunk(size).Select(word => word.Select((part, i) => (ulong)part << (8 * i)).Aggregate((x, y) => x | y))];
        var machine = new PtxMachine(instruction, (a, b, c) => DotProduct.Of(unit, Words(a), Words(b), [], [], c));
        // D begins as noise: what a kernel does not write must not look right.
        byte[] memory = [.. launch.A, .. launch.B, .. launch.C, .. Enumerable.Repeat((byte)0xA5, launch.C.Length)];
        var (b, c) = (launch.A.Length, launch.A.Length + launch.B.Length);
        var d = c + launch.C.Length;
        var (threads, perBlock) = instruction.Path == InstructionPath.Wgmma ? (WgmmaKernel.ThreadsPerTile, 1) : (128, 4);
        machine.Run(
            text,
            memory,
            new Dictionary<string, ulong> { ["a"] = 0, ["b"] = (ulong)b, ["c"] = (ulong)c, ["d"] = (ulong)d, ["tiles"] = Tiles },
            (Tiles + perBlock - 1) / perBlock,
            threads);
        return memory[d..];
    }
}
