using System.Text.RegularExpressions;
using Hspi.Cuda.Native;

namespace Hspi.Cuda.Kernels;

/// <summary>What came of assembling one kernel for one architecture.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="Architecture">Such as <c>sm_90a</c>.</param>
/// <param name="Bytes">Bytes of machine code; 0 when there is none.</param>
/// <param name="Skipped">Why this assembler cannot judge it; null when it can.</param>
/// <param name="Error">What is wrong with the text, in the assembler's words; null when nothing is.</param>
public sealed record AssembledKernel(string Kernel, string Architecture, int Bytes, string? Skipped, string? Error);

/// <summary>Assembles every probe kernel for every architecture that has its instruction: the one check of PTX that needs no card.</summary>
public static partial class PtxAssembly
{
    // What an "a" target builds runs on that chip alone; the functions and mma.sync are common to all.
    private static readonly (string Name, int Capability)[] Architectures =
        [("sm_70", 70), ("sm_75", 75), ("sm_80", 80), ("sm_86", 86), ("sm_89", 89), ("sm_90a", 90), ("sm_100a", 100), ("sm_120a", 120)];

    /// <summary>Assembles all kernels.</summary>
    /// <param name="libraryFile">File of libnvJitLink; null takes what <c>HSPI_NVJITLINK</c> or the loader finds.</param>
    /// <param name="library">File and version of the assembler; empty when there is none.</param>
    /// <param name="whyNot">One sentence when there is no assembler; empty otherwise.</param>
    /// <returns>One entry per kernel and architecture; none without an assembler.</returns>
    public static IReadOnlyList<AssembledKernel> Run(string? libraryFile, out string library, out string whyNot)
    {
        library = "";
        if (!NvJitLink.TryOpen(libraryFile, out var assembler, out whyNot))
        {
            return [];
        }

        library = $"{Path.GetFileName(assembler.FileName)} {assembler.Version}";
        return
        [
            .. from architecture in Architectures
               from kernel in ProbeKernel.All
               where kernel.FitsCapability(architecture.Capability)
               select Assemble(assembler, kernel, architecture.Name),
        ];
    }

    /// <summary>Whether an assembler's complaint says that it is too old or too new, and nothing of the text.</summary>
    internal static bool IsOfTheAssembler(string error) => VersionOrArchitecture().IsMatch(error);

    private static AssembledKernel Assemble(NvJitLink assembler, ProbeKernel kernel, string architecture)
    {
        var code = assembler.Assemble(kernel.Text, architecture, out var error);
        return error.Length == 0 ? new(kernel.Name, architecture, code.Length, null, null)
            : IsOfTheAssembler(error) ? new(kernel.Name, architecture, 0, error, null)
            : new(kernel.Name, architecture, 0, null, error);
    }

    [GeneratedRegex(@"Unsupported \.version|no assembler for sm_\d+|is not defined for option 'gpu-name'|Unsupported gpu architecture")]
    private static partial Regex VersionOrArchitecture();
}
