using System.CommandLine;
using System.Globalization;
using Hspi.Classification;
using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Networks;
using Hspi.Probes;
using Hspi.Readers.References;
using Hspi.Verdicts;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi evaluate</c>: how well a model, or the comparison with references, does on a dataset.</summary>
internal static class EvaluateCommand
{
    private static readonly int?[] Decimals = [null, 7, 6, 5, 4, 3, 2];

    public static Command Create()
    {
        var dataset = new Argument<string>("dataset") { Description = "The dataset." };
        var model = new Option<string?>("--model") { Description = "Folder of a trained model; judged on the questions of the dataset that it never learned from." };
        var reference = new Option<bool>("--reference") { Description = "Evaluate the comparison with enrolled answers, by decimals and probe seed." };
        var json = JsonLine.Option();
        var command = new Command("evaluate", "Measure a trained model, or the comparison with references, with 95 % intervals.") { dataset, model, reference, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = await DatasetFile.ReadAsync(parsed.GetRequiredValue(dataset), cancellationToken);
            if (parsed.GetValue(reference) == parsed.GetValue(model) is not null)
            {
                throw new UsageException("Say what to evaluate: --model FOLDER or --reference.");
            }

            if (parsed.GetValue(model) is { } folder)
            {
                await ModelAsync(folder, data, parsed.GetValue(json), cancellationToken);
            }
            else
            {
                References(data, parsed.GetValue(json), cancellationToken);
            }

            return ExitCode.Good;
        });
        return command;
    }

    private static async Task ModelAsync(string folder, Dataset data, bool json, CancellationToken cancellationToken)
    {
        var (model, card) = await ModelFolder.ReadAsync(folder, cancellationToken);
        var samples = LabelledSamples.From(data, model.Aspect, FeatureSet.Find(model.Features));
        var held = card.HeldOutQuestions.ToHashSet(StringComparer.Ordinal);
        // Questions of another seed are as fresh as those that were held out; a label that the model never learned cannot be said.
        var trainedHere = samples.Samples.Any(sample => held.Contains(sample.ProbeHash));
        var numbers = samples.Labels.Select(label => model.Labels.ToList().IndexOf(label)).ToList();
        var fresh = samples with
        {
            Labels = model.Labels,
            Samples = [.. samples.Samples.Where(sample => (!trainedHere || held.Contains(sample.ProbeHash)) && numbers[sample.Label] >= 0).Select(sample => sample with { Label = numbers[sample.Label] })],
        };
        if (fresh.Samples.Count == 0)
        {
            throw new HspiException($"{folder}: the dataset has no answer of a platform that this model knows. Collect from the platforms in its card.");
        }

        var measured = Measured.Of(model, fresh, card.Seed);
        if (json)
        {
            JsonLine.Write(new { card.Name, HeldOut = measured });
        }
        else
        {
            Console.Out.Write($"{card.Name}: {card.Aspect} by {card.Trainer} on features \"{card.Features}\"\n{measured.ToText()}");
        }
    }

    private static void References(Dataset data, bool json, CancellationToken cancellationToken)
    {
        var library = ProbeLibrary.Default();
        var tokenizer = NetworkLibrary.Default().Tokenizer;
        List<(string Seed, ReferenceScore Score)> scores = [];
        foreach (var set in data.Rows.GroupBy(row => (row.ProbeSet, row.Seed)).OrderBy(set => set.Key.ProbeSet, StringComparer.Ordinal).ThenBy(set => set.Key.Seed))
        {
            var count = set.Select(row => row.ProbeHash).Distinct().Count();
            var prompts = library.Make(set.Key.ProbeSet, set.Key.Seed, count).Probes.OfType<PromptProbe>();
            var references = ReferenceSet.Of(new Dataset([.. set]), prompts, tokenizer, count);
            if (references.Prompts.Count == 0 || references.Classes.Count < 2)
            {
                continue;
            }

            foreach (var decimals in Decimals)
            {
                cancellationToken.ThrowIfCancellationRequested();
                scores.Add(($"{set.Key.ProbeSet} {set.Key.Seed}", ReferenceEvaluation.Of(references, decimals)));
            }
        }

        if (scores.Count == 0)
        {
            throw new HspiException("The dataset has no prompt that all of its platforms answered, or only one class of platforms. Collect prompts from more.");
        }

        var totals = scores.GroupBy(pair => pair.Score.Decimals, pair => pair.Score).Select(group => group.Aggregate((one, other) => one.And(other))).ToList();
        if (json)
        {
            JsonLine.Write(new { Seeds = scores.Select(pair => new { pair.Seed, pair.Score }), Totals = totals });
            return;
        }

        Console.Out.WriteLine($"{"probes",-24}{"decimals",-10}{"n",-6}{"right",-7}{"wrong",-7}{"identified",-24}{"left out: named",-17}left unknown");
        foreach (var (seed, score) in scores.Concat(totals.Select(total => ("all seeds", total))))
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{seed,-24}{score.Decimals,-10}{score.Classes,-6}{score.Right,-7}{score.Wrong,-7}{score.Identified,-24}{score.FalseNames,-17}{score.LeftUnknown}"));
        }
    }
}
