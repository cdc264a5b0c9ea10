using Hspi.Backends.Cuda.Kernels;
using Hspi.Backends.Cuda.Native;
using Hspi.Numerics.Units;

namespace Hspi.Backends.Cuda.Card;

/// <summary>Runs one matrix instruction of the card over tiles given as bytes.</summary>
internal sealed class InstructionRunner(CudaDriver driver, MatrixInstruction instruction) : IDisposable
{
    private const int ThreadsPerBlock = 128;

    private readonly nint _kernel = driver.LoadKernel(ProbeKernel.Of(instruction).Text, instruction.Name);

    private readonly List<ulong> _allocated = [];

    /// <summary>D of every tile.</summary>
    /// <param name="a">[tiles][M][row bytes].</param>
    /// <param name="b">[tiles][8][row bytes].</param>
    /// <param name="c">[tiles][M][8] of the output type.</param>
    /// <param name="tiles">Number of tiles.</param>
    /// <returns>[tiles][M][8] of the output type.</returns>
    public byte[] Run(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, int tiles)
    {
        var d = new byte[c.Length];
        Span<ulong> addresses = [Upload(a), Upload(b), Upload(c), Upload(d)];
        var tilesPerBlock = instruction.Path == InstructionPath.Wgmma ? 1 : ThreadsPerBlock / 32;
        driver.Launch(_kernel, (tiles + tilesPerBlock - 1) / tilesPerBlock, ThreadsPerBlock, addresses, (uint)tiles);
        driver.Read(addresses[3], d);
        FreeAll();
        return d;
    }

    /// <inheritdoc/>
    public void Dispose() => FreeAll();

    private ulong Upload(ReadOnlySpan<byte> bytes)
    {
        var address = driver.Allocate(bytes.Length);
        _allocated.Add(address);
        driver.Write(address, bytes);
        return address;
    }

    private void FreeAll()
    {
        foreach (var address in _allocated)
        {
            driver.Free(address);
        }

        _allocated.Clear();
    }
}
