using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Cards;

/// <summary>Runs one matrix instruction of the card over tiles given as bytes.</summary>
internal sealed class InstructionRunner(CudaDriver driver, MatrixInstruction instruction)
{
    private const int ThreadsPerBlock = 128;

    private readonly nint _kernel = driver.LoadKernel(ProbeKernel.Of(instruction).Text, instruction.Name);

    /// <summary>D of every tile.</summary>
    /// <param name="a">[tiles][M][row bytes].</param>
    /// <param name="b">[tiles][8][row bytes].</param>
    /// <param name="c">[tiles][M][8] of the output type.</param>
    /// <param name="tiles">Number of tiles.</param>
    /// <returns>[tiles][M][8] of the output type.</returns>
    public byte[] Run(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, int tiles)
    {
        using DeviceBuffer left = new(driver), right = new(driver), addend = new(driver), output = new(driver);
        var d = new byte[c.Length];
        var tilesPerBlock = instruction.Path == InstructionPath.Wgmma ? 1 : ThreadsPerBlock / 32;
        // Zeros go there first: an output that the kernel left out must not hold an older answer.
        var address = output.Holding(d);
        driver.Launch(_kernel, (tiles + tilesPerBlock - 1) / tilesPerBlock, ThreadsPerBlock, [left.Holding(a), right.Holding(b), addend.Holding(c), address], (uint)tiles);
        driver.Read(address, d);
        return d;
    }
}
