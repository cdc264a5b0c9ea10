using Hspi.Cuda.Reports;
using Hspi.Datasets;

namespace Hspi.Cuda.Recording;

/// <summary>Hand-made questions: the numeric probes, and vector files that were carried along.</summary>
internal sealed class ProbeTopic() : CardTopic("probes", "numeric probes and vector files through every matrix instruction", 40)
{
    /// <inheritdoc/>
    public override async Task<CardReport> AskAsync(TopicContext context, CardReport report, CancellationToken cancellationToken)
    {
        List<CardQuestions> sources =
        [
            CardQuestions.OfProbes(Path.Combine(context.Options.DataFolder, "probes", "numerics")),
            .. context.Options.Vectors.Select(file => CardQuestions.OfVectors(file, context.Architecture)),
        ];
        List<ProbeAgreement> agreements = [];
        var (loaded, skipped) = LoadedInstructions.Of(context.Card);
        foreach (var (instruction, asked) in loaded)
        {
            foreach (var source in sources)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (context.IsLate() || QuestionCheck.Run(asked, instruction, context.Architecture, source) is not { } answered)
                {
                    continue;
                }

                agreements.Add(answered.Agreement);
                if (source.Source == ProbeAgreement.Numerics)
                {
                    await WriteAsync(context, "probes", instruction.Name, answered.Answers, cancellationToken);
                }

                var name = $"{instruction.Name}-{Path.GetFileNameWithoutExtension(source.Source)}";
                await WriteAsync(context, "rows", name, answered.Rows, cancellationToken);
            }
        }

        context.Progress.Report($"{agreements.Sum(one => one.Agreeing)} of {agreements.Sum(one => one.Asked)} hand-made questions answered as computed");
        return report with { Probes = agreements, Skipped = [.. report.Skipped.Union(skipped)] };
    }

    private static Task WriteAsync(TopicContext context, string folder, string name, string text, CancellationToken cancellationToken) =>
        WholeFile.WriteTextAsync(Path.Combine(context.Options.Folder, folder, name + ".jsonl"), text, cancellationToken);
}
