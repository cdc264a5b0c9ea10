using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;

namespace Hspi.Cuda.Cards;

/// <summary>The first card of this machine, through its driver.</summary>
internal sealed class DriverCard : ICard
{
    private const int ThreadsPerBlock = 128;

    private readonly CudaDriver _driver;

    private DriverCard(CudaDriver driver, CudaCard card)
    {
        _driver = driver;
        Description = card;
    }

    /// <inheritdoc/>
    public CardOrigin Origin => CardOrigin.Measured;

    /// <inheritdoc/>
    public CudaCard Description { get; }

    /// <inheritdoc/>
    public string Driver { get; } = KernelDriverVersion();

    /// <inheritdoc/>
    public string Runtime => CudaRuntime.Describe();

    /// <summary>Opens it; false with one sentence where there is no driver or no card.</summary>
    public static bool TryOpen([NotNullWhen(true)] out ICard? card, out string whyNot)
    {
        card = CudaDriver.TryOpen(out var driver, out var description, out whyNot) ? new DriverCard(driver, description) : null;
        return card is not null;
    }

    /// <inheritdoc/>
    public AskedInstruction Load(MatrixInstruction instruction) => new InstructionRunner(_driver, instruction).Run;

    /// <inheritdoc/>
    public float[] Evaluate(string name, float[] inputs) => Run(_driver.LoadKernel(ProbeKernel.All.Single(one => one.Name == name).Text, name), inputs);

    /// <inheritdoc/>
    public float[]? EvaluateCompiled(string name, float[] inputs, out string whyNot) => Nvrtc.TryOpen(out var compiler, out whyNot)
        ? Run(_driver.LoadKernel(compiler.Compile(CompiledFunction.Source(name), Description.ComputeCapability), name), inputs)
        : null;

    /// <inheritdoc/>
    public bool TryOpenLibrary([NotNullWhen(true)] out ILibraryProducts? products, out string whyNot)
    {
        products = CublasLt.TryOpen(_driver, out var library, out whyNot) ? new DriverProducts(_driver, library) : null;
        return products is not null;
    }

    private float[] Run(nint kernel, float[] inputs)
    {
        using DeviceBuffer source = new(_driver), output = new(_driver);
        var answers = new float[inputs.Length];
        var from = source.Holding(MemoryMarshal.AsBytes(inputs.AsSpan()));
        var to = output.Holding(MemoryMarshal.AsBytes(answers.AsSpan()));
        _driver.Launch(kernel, (inputs.Length + ThreadsPerBlock - 1) / ThreadsPerBlock, ThreadsPerBlock, [from, from, from, to], (uint)inputs.Length);
        _driver.Read(to, MemoryMarshal.AsBytes(answers.AsSpan()));
        return answers;
    }

    private static string KernelDriverVersion()
    {
        const string Linux = "/sys/module/nvidia/version";
        try
        {
            return File.Exists(Linux) ? File.ReadAllText(Linux).Trim() : "";
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return ""; // a container may hide it; the CUDA version is still known
        }
    }
}
