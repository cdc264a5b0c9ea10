using Hspi.Readers;
using System.CommandLine;
using Hspi.Classification;
using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Evaluation;
using Hspi.Networks;
using Hspi.Platforms;
using Hspi.Probes;
using Hspi.Readers.References;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi evaluate</c>: how well a model, or the comparison with references, does on a dataset.</summary>
internal static class EvaluateCommand
{
    private static readonly int?[] Decimals = [null, 7, 6, 5, 4, 3, 2];

    /// <summary>The digits with which a verdict is possible at all, and one less.</summary>
    private static readonly int?[] ClaimDecimals = [null, 6, 5, 4];

    /// <summary>Random halves of the enrolled platforms, for each seed of prompts.</summary>
    private const int Halves = 5;

    public static Command Create()
    {
        var dataset = new Argument<string?>("dataset") { Description = "The dataset.", Arity = ArgumentArity.ZeroOrOne };
        var model = new Option<string?>("--model") { Description = "Folder of a trained model; judged on the questions of the dataset that it never learned from." };
        var reference = new Option<bool>("--reference") { Description = "Evaluate the comparison with enrolled answers, by decimals and probe seed." };
        var claims = new Option<bool>("--claims") { Description = "Evaluate the verdicts on true and false claims about the platforms of the dataset, while some are kept out of the enrolled set." };
        var json = JsonLine.Option();
        var command = new Command("evaluate", "Measure a trained model, or the comparison with references, with 95 % intervals.") { dataset, model, reference, claims, json, EvaluateUnderLoadCommand.Create(), EvaluateGatewayCommand.Create(), EvaluateCompareCommand.Create(), EvaluateComputedCommand.Create(), EvaluateEmbeddingsCommand.Create() };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            bool[] chosen = [parsed.GetValue(reference), parsed.GetValue(claims), parsed.GetValue(model) is not null];
            if (chosen.Count(one => one) != 1)
            {
                throw new UsageException("Say what to evaluate: --model FOLDER, --reference or --claims.");
            }

            var data = await DatasetFile.ReadAsync(parsed.GetValue(dataset) ?? throw new UsageException("Name the dataset to evaluate on, such as datasets/reference.parquet."), cancellationToken);

            if (parsed.GetValue(model) is { } folder)
            {
                await ModelAsync(folder, data, parsed.GetValue(json), cancellationToken);
            }
            else if (parsed.GetValue(claims))
            {
                Claims(data, parsed.GetValue(json), cancellationToken);
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
            Terminal.PrintBlock($"{card.Name}: {card.Aspect.Word()} by {card.Trainer} on features \"{card.Features}\"\n{measured.ToText()}");
        }
    }

    private static void References(Dataset data, bool json, CancellationToken cancellationToken)
    {
        List<(string Seed, ReferenceScore Score)> scores = [];
        foreach (var (seed, references) in Sets(data))
        {
            foreach (var decimals in Decimals)
            {
                cancellationToken.ThrowIfCancellationRequested();
                scores.Add((seed, ReferenceEvaluation.Of(references, decimals)));
            }
        }

        var totals = scores.GroupBy(pair => pair.Score.Decimals, pair => pair.Score).Select(group => group.Aggregate((one, other) => one.And(other))).ToList();
        if (json)
        {
            JsonLine.Write(new { Seeds = scores.Select(pair => new { pair.Seed, pair.Score }), Totals = totals });
            return;
        }

        Terminal.Print($"{"probes",-24}{"decimals",-10}{"n",-6}{"right",-7}{"wrong",-7}{"identified",-24}{"left out: named",-17}left unknown");
        foreach (var (seed, score) in scores.Concat(totals.Select(total => ("all seeds", total))))
        {
            Terminal.Print($"{seed,-24}{score.Decimals,-10}{score.Classes,-6}{score.Right,-7}{score.Wrong,-7}{score.Identified,-24}{score.FalseNames,-17}{score.LeftUnknown}");
        }
    }

    private static void Claims(Dataset data, bool json, CancellationToken cancellationToken)
    {
        var scores = new List<ClaimScore>();
        foreach (var (_, references) in Sets(data))
        {
            foreach (var decimals in ClaimDecimals)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var evaluation = new ClaimEvaluation(references, decimals);
                scores.AddRange(Enum.GetValues<Hidden>().SelectMany(hidden => Enumerable.Range(1, hidden == Hidden.Half ? Halves : 1).Select(seed => evaluation.True(hidden, (ulong)seed))));
                scores.AddRange(PlatformText.Keys.Select(evaluation.False).Where(score => score.Consistent + score.Unknown + score.Inconsistent > 0));
                scores.Add(evaluation.Flattering());
            }
        }

        var totals = scores.GroupBy(score => (score.Claims, score.Decimals)).Select(group => group.Aggregate((one, other) => one.And(other))).OrderBy(score => score.Claims, StringComparer.Ordinal).ToList();
        if (json)
        {
            JsonLine.Write(totals);
            return;
        }

        Terminal.Print($"{"claims",-44}{"decimals",-10}{"consistent",-12}{"unknown",-10}{"inconsistent",-14}{"platforms accused",-24}passed");
        foreach (var score in totals)
        {
            Terminal.Print($"{score.Claims,-44}{score.Decimals,-10}{score.Consistent,-12}{score.Unknown,-10}{score.Inconsistent,-14}{$"{score.Accused.Count} of {score.Platforms} {score.AccusedShare}",-24}{score.Passed.Count}");
        }

        foreach (var example in totals.Where(score => score.Claims.StartsWith("true", StringComparison.Ordinal)).SelectMany(score => score.Examples).Distinct())
        {
            Terminal.Print($"false accusation: {example}");
        }
    }

    /// <summary>The references of each seed of prompts in the dataset.</summary>
    private static List<(string Seed, ReferenceSet References)> Sets(Dataset data)
    {
        var library = ProbeLibrary.Default();
        var tokenizer = NetworkLibrary.Default().Tokenizer;
        List<(string, ReferenceSet)> sets = [];
        foreach (var set in data.Rows.GroupBy(row => (row.ProbeSet, row.Seed)).OrderBy(set => set.Key.ProbeSet, StringComparer.Ordinal).ThenBy(set => set.Key.Seed))
        {
            var count = set.Select(row => row.ProbeHash).Distinct().Count();
            var prompts = library.Make(set.Key.ProbeSet, set.Key.Seed, count).Probes.OfType<PromptProbe>();
            var references = ReferenceSet.Of(new Dataset([.. set]), prompts, tokenizer, count);
            if (references.Prompts.Count > 0 && references.Classes.Count > 1)
            {
                sets.Add(($"{set.Key.ProbeSet} {set.Key.Seed}", references));
            }
        }

        return sets.Count > 0
            ? sets
            : throw new HspiException("The dataset has no prompt that all of its platforms answered, or only one class of platforms. Collect prompts from more.");
    }
}
