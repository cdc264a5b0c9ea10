using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Reports;
using Hspi.Datasets;

namespace Hspi.Cuda.Recording;

/// <summary>Seeded random operands through every matrix instruction.</summary>
internal sealed class InstructionTopic() : CardTopic("instructions", "random operands through every matrix instruction", 240)
{
    /// <inheritdoc/>
    public override async Task<CardReport> AskAsync(TopicContext context, CardReport report, CancellationToken cancellationToken)
    {
        List<InstructionAgreement> agreements = [];
        var (loaded, skipped) = LoadedInstructions.Of(context.Card);
        for (var i = 0; i < loaded.Count; i++)
        {
            var (instruction, asked) = loaded[i];
            var (agreement, rows) = InstructionCheck.Run(
                asked, instruction, context.Architecture, context.Options.Cases, context.Options.Seed, context.IsLateForOneOf(loaded.Count - i), cancellationToken);
            agreements.Add(agreement);
            await WholeFile.WriteTextAsync(Path.Combine(context.Options.Folder, "rows", instruction.Name + ".jsonl"), rows, cancellationToken);
            context.Progress.Report($"{agreement.Agreeing} of {agreement.Cases} agree: {instruction.Mnemonic}");
        }

        return report with { Instructions = agreements, Skipped = [.. report.Skipped.Union(skipped)] };
    }
}

/// <summary>The instructions that a card has and its driver accepts, and why not the others.</summary>
internal static class LoadedInstructions
{
    /// <summary>Loads all of them.</summary>
    /// <exception cref="HspiException">There is none: a comparison of nothing would agree.</exception>
    public static (IReadOnlyList<(MatrixInstruction Instruction, AskedInstruction Asked)> Loaded, IReadOnlyList<string> Skipped) Of(ICard card)
    {
        List<(MatrixInstruction, AskedInstruction)> loaded = [];
        List<string> skipped = [];
        foreach (var instruction in MatrixInstruction.All)
        {
            if (!ProbeKernel.Of(instruction).FitsCapability(card.Description.ComputeCapability))
            {
                skipped.Add($"{instruction.Mnemonic}: sm_{card.Description.ComputeCapability} does not have it");
                continue;
            }

            try
            {
                loaded.Add((instruction, card.Load(instruction)));
            }
            catch (HspiException refused)
            {
                // An older driver does not know the newest instructions; the others can be asked all the same.
                skipped.Add($"{instruction.Mnemonic}: {refused.Message}");
            }
        }

        return loaded.Count > 0 ? (loaded, skipped) : throw new HspiException($"no matrix instruction can be asked: {skipped[0]}");
    }
}
