using Hspi.Backends.Cuda.Kernels;
using Hspi.Backends.Cuda.Native;
using Hspi.Numerics.Units;
using Hspi.Numerics.Vectors;

namespace Hspi.Backends.Cuda.Card;

/// <summary>Asks a card everything that this program knows to ask, and writes what it said into a folder.</summary>
public static class CardRun
{
    /// <summary>Runs all checks on the first card of this machine.</summary>
    /// <param name="folder">Receives <c>report.json</c> and <c>rows/*.jsonl</c>; created if need be.</param>
    /// <param name="casesPerInstruction">Outputs compared for each matrix instruction, from 1.</param>
    /// <param name="seed">Seed of all operands.</param>
    /// <param name="clock">Gives the day of the run.</param>
    /// <param name="progress">One line per finished question.</param>
    /// <param name="cancellationToken">Ends it between questions; nothing is written then.</param>
    /// <returns>The report, as written.</returns>
    /// <exception cref="HspiException">No card can be used here, or it is of no generation in the table.</exception>
    public static CardReport Run(
        string folder, long casesPerInstruction, ulong seed, TimeProvider clock, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (!CudaDriver.TryOpen(out var driver, out var card, out var whyNot))
        {
            throw new HspiException($"No card can be asked: {whyNot}. Run this on a host with an NVIDIA card and its driver.");
        }

        var architecture = Architecture.Find($"sm {card.ComputeCapability}")
            ?? throw new HspiException($"{card.Name} (sm_{card.ComputeCapability}) is of no generation in the table of units.");
        List<InstructionAgreement> agreements = [];
        List<string> skipped = [];
        var rows = Directory.CreateDirectory(Path.Combine(folder, "rows")).FullName;
        foreach (var instruction in MatrixInstruction.All)
        {
            if (WhyNot(instruction, card) is { } reason)
            {
                skipped.Add($"{instruction.Mnemonic}: {reason}");
                continue;
            }

            using var runner = new InstructionRunner(driver, instruction);
            var (agreement, sample) = InstructionCheck.Run(runner.Run, instruction, architecture, casesPerInstruction, seed, cancellationToken);
            agreements.Add(agreement);
            WriteWhole(Path.Combine(rows, instruction.Name + ".jsonl"), sample);
            progress.Report($"{agreement.Agreeing} of {agreement.Cases} agree: {instruction.Mnemonic}");
        }

        List<FunctionAnswers> functions = [.. FunctionProbe.Ask(driver)];
        progress.Report($"{functions.Count} functions asked");
        using var library = CublasLt.TryOpen(driver, out var opened, out var whyNoLibrary) ? opened : null;
        List<ProductAgreement> products = library is null ? [] : [.. ProductCheck.Run(driver, library, architecture, seed, progress, cancellationToken)];
        if (library is null)
        {
            skipped.Add($"cuBLASLt products: {whyNoLibrary}");
        }

        var report = new CardReport(
            CardReport.CurrentFormat,
            "measured",
            card,
            library is null ? null : $"{library.FileName} {library.Version}",
            CudaRuntime.Describe(),
            clock.GetUtcNow().ToString("yyyy-MM-dd"),
            seed,
            agreements,
            products,
            functions,
            skipped);
        WriteWhole(Path.Combine(folder, "report.json"), report.ToJson());
        return report;
    }

    /// <summary>Holds a folder's sampled rows against the table once more, by the reader of vector files.</summary>
    public static IEnumerable<VectorCheck> Recheck(string folder) =>
        VectorCheck.Expand([Path.Combine(folder, "rows")]).Select(VectorCheck.Of);

    private static string? WhyNot(MatrixInstruction instruction, CudaCard card) =>
        instruction.MinimumCapability > card.ComputeCapability ? $"needs sm_{instruction.MinimumCapability}"
        : instruction.Path == InstructionPath.Wgmma && card.ComputeCapability / 10 != 9 ? "wgmma is Hopper's alone"
        : null;

    private static void WriteWhole(string path, string text)
    {
        var partial = path + ".partial";
        File.WriteAllText(partial, text);
        File.Move(partial, path, overwrite: true);
    }
}
