namespace Hspi.Cuda.Kernels;

/// <summary>One kernel as text, and for what it can be assembled.</summary>
/// <param name="Name">Its entry.</param>
/// <param name="Text">PTX.</param>
/// <param name="MinimumCapability">Compute capability times ten that has its instruction.</param>
/// <param name="OneGeneration">Whether no later generation has it: wgmma is Hopper's alone.</param>
internal sealed record ProbeKernel(string Name, string Text, int MinimumCapability, bool OneGeneration)
{
    /// <summary>Every kernel that a card is asked with.</summary>
    public static IReadOnlyList<ProbeKernel> All { get; } =
    [
        .. MatrixInstruction.All.Select(Of),
        .. FunctionKernel.All.Select(one => new ProbeKernel(one.Name, FunctionKernel.Text(one.Name, one.Instructions), 70, false)),
    ];

    /// <summary>The kernel of one matrix instruction.</summary>
    public static ProbeKernel Of(MatrixInstruction instruction) => instruction.Path == Numerics.Units.InstructionPath.Wgmma
        ? new(instruction.Name, WgmmaKernel.Text(instruction), instruction.MinimumCapability, true)
        : new(instruction.Name, MmaSyncKernel.Text(instruction), instruction.MinimumCapability, false);

    /// <summary>Whether chips of that compute capability have its instruction.</summary>
    public bool FitsCapability(int capability) =>
        OneGeneration ? capability / 10 == MinimumCapability / 10 : capability >= MinimumCapability;
}
