using System.CommandLine;
using Hspi.Cuda.Kernels;

namespace Hspi.Card.Commands;

/// <summary><c>hspi-card assemble</c>: every probe kernel through NVIDIA's assembler. Needs no card.</summary>
internal static class AssembleCommand
{
    public static Command Create()
    {
        var library = new Option<string?>("--library") { Description = "File of libnvJitLink of CUDA 12 or 13; what the loader finds, or HSPI_NVJITLINK, if not given" };
        var command = new Command("assemble", "Assemble every kernel's PTX for every architecture that has its instruction.") { library };
        command.SetAction(parsed =>
        {
            var assembled = PtxAssembly.Run(parsed.GetValue(library), out var assembler, out var whyNot);
            if (assembler.Length == 0)
            {
                throw new HspiException($"unavailable: {whyNot}. Give --library the file of libnvJitLink.");
            }

            foreach (var architecture in assembled.GroupBy(one => one.Architecture))
            {
                var good = architecture.Count(one => one.Bytes > 0);
                Terminal.Print($"{architecture.Key}: {good} of {architecture.Count()} kernels assembled");
                foreach (var skipped in architecture.Where(one => one.Skipped is not null).GroupBy(one => one.Skipped))
                {
                    Terminal.Print($"  not judged, {skipped.Key}: {(good == 0 ? "none of them" : string.Join(", ", skipped.Select(one => one.Kernel)))}");
                }

                foreach (var wrong in architecture.Where(one => one.Error is not null))
                {
                    Terminal.Print($"  refused: {wrong.Kernel}: {wrong.Error}");
                }
            }

            Terminal.Print($"assembler: {assembler}");
            return assembled.Any(one => one.Error is not null) ? ExitCode.Inconsistent : ExitCode.Good;
        });
        return command;
    }
}
