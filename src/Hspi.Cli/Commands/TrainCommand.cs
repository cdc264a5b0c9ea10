using Hspi.Readers;
using System.CommandLine;
using System.Security.Cryptography;
using Hspi.Backends.Torch.Classification;
using Hspi.Classification;
using Hspi.Datasets;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi train</c>: from a dataset to models and their cards.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var dataset = new Argument<string>("dataset") { Description = "The dataset." };
        var aspects = new Option<Aspect[]>("--aspect") { Description = "What to learn: platform, precision.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [Aspect.Precision, Aspect.Platform] };
        var features = new Option<string[]>("--features")
        {
            Description = $"Numbers to learn from: {string.Join(", ", FeatureSet.All.Select(set => set.Name))}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["gaps"],
        };
        var trainers = new Option<string[]>("--trainer") { Description = "How to learn: ml.net, torch.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["ml.net", "torch"] };
        var seed = new Option<ulong>("--seed") { Description = "Seed of split, training and intervals.", DefaultValueFactory = _ => 1 };
        var heldOut = new Option<double>("--held-out") { Description = "Share of the questions that training never sees.", DefaultValueFactory = _ => 0.25 };
        var output = new Option<string>("--output", "-o") { Description = "Folder that receives one folder per model.", DefaultValueFactory = _ => "trained" };
        aspects.AcceptOnlyFromAmong([.. LabelledSamples.Aspects.Select(aspect => aspect.Word())]);
        var command = new Command("train", "Learn from a dataset; models are measured on questions that they never saw.") { dataset, aspects, features, trainers, seed, heldOut, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var share = parsed.GetValue(heldOut);
            if (share is not (> 0 and < 1))
            {
                throw new UsageException("--held-out takes a share above 0 and below 1.");
            }

            using var locked = OutputLock.Take(Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(output)));
            var path = parsed.GetRequiredValue(dataset);
            List<FeatureSet> sets = [.. parsed.GetRequiredValue(features).Select(FeatureSet.Find)];
            List<IClassifierTrainer> chosen = [.. parsed.GetRequiredValue(trainers).Select(Find)];
            var data = await DatasetFile.ReadAsync(path, cancellationToken);
            var hashes = new Dictionary<string, string> { [Path.GetFileName(path)] = await HashAsync(path, cancellationToken) };
            foreach (var aspect in parsed.GetRequiredValue(aspects))
            {
                foreach (var set in sets)
                {
                    var samples = LabelledSamples.From(data, aspect, set);
                    foreach (var trainer in chosen)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        var name = $"{aspect.Word()}-{set.Name}-{trainer.Name}";
                        var trained = ModelFolder.Train(name, trainer, set, samples, hashes, parsed.GetValue(seed), share);
                        await trained.WriteAsync(Path.Combine(parsed.GetRequiredValue(output), name), cancellationToken);
                        var held = trained.Card.HeldOut;
                        Terminal.Print($"{name}: accuracy {held.Accuracy}, macro F1 {held.MacroF1}, MCC {held.Mcc}; {held.Labels.Count} labels, {held.Samples} held-out samples");
                    }
                }
            }

            return ExitCode.Good;
        });
        return command;
    }

    private static IClassifierTrainer Find(string name) => name switch
    {
        "ml.net" => new MaximumEntropyTrainer(),
        "torch" => new TorchTrainer(),
        _ => throw new UsageException($"Unknown trainer \"{name}\". Known: ml.net, torch."),
    };

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
