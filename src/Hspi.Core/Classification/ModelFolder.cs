using Hspi.Readers;
using System.Security.Cryptography;
using System.Text;
using Hspi.Datasets;

namespace Hspi.Classification;

/// <summary>A trained model on disk: <c>model.json</c>, <c>card.json</c>, <c>confusion.txt</c>.</summary>
/// <param name="Model">The weights.</param>
/// <param name="Card">What is known of it.</param>
public sealed record ModelFolder(TrainedModel Model, ModelCard Card)
{
    private const string ModelName = "model.json";
    private const string CardName = "card.json";
    private const string TableName = "confusion.txt";

    /// <summary>A model of at most so many bytes is read; the largest of ours has a few hundred thousand.</summary>
    private const long MostBytes = 64 << 20;

    /// <summary>Trains one model, and measures it on questions that it never saw.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="trainer">How.</param>
    /// <param name="features">On which numbers.</param>
    /// <param name="samples">From what.</param>
    /// <param name="datasets">SHA-256 of each dataset by file name.</param>
    /// <param name="seed">Of split, training and intervals.</param>
    /// <param name="heldOut">Share of the questions that are held out.</param>
    public static ModelFolder Train(
        string name, IClassifierTrainer trainer, FeatureSet features, LabelledSamples samples,
        IReadOnlyDictionary<string, string> datasets, ulong seed, double heldOut)
    {
        var (training, test) = samples.Split(seed, heldOut);
        var model = TrainedModel.Train(trainer, training, features.Name, seed);
        return new ModelFolder(model, new ModelCard
        {
            Name = name,
            Hspi = typeof(ModelFolder).Assembly.GetName().Version?.ToString(3) ?? "",
            Aspect = samples.Aspect,
            Trainer = trainer.Name,
            Features = features.Name,
            ModelHash = Hash(model.ToJson()),
            Datasets = datasets,
            Seed = seed,
            HeldOutQuestions = [.. test.Samples.Select(sample => sample.ProbeHash).Distinct().Order(StringComparer.Ordinal)],
            TrainingQuestions = training.Samples.Select(sample => sample.ProbeHash).Distinct().Count(),
            TrainingSamples = training.Samples.Count,
            Classes = new SortedDictionary<string, IReadOnlyList<string>>(
                samples.Classes.ToDictionary(one => one.Name, IReadOnlyList<string> (one) => [.. one.Members.Select(member => member.ToString())]), StringComparer.Ordinal),
            HeldOut = Measured.Of(model, test, seed),
            TrainingAccuracy = Confusion.Of(model, training).Accuracy,
        });
    }

    /// <summary>Writes the three files; equal models give equal bytes.</summary>
    /// <exception cref="HspiException">The folder cannot be written.</exception>
    public Task WriteAsync(string folder, CancellationToken cancellationToken) => WholeFile.WriteTogetherAsync(
        [
            (Path.Combine(folder, ModelName), Model.ToJson()),
            (Path.Combine(folder, CardName), Card.ToJson()),
            (Path.Combine(folder, TableName), $"{Card.Name}: {Card.Aspect.Word()} by {Card.Trainer} on features \"{Card.Features}\"\n{Card.HeldOut.ToText()}"),
        ],
        cancellationToken);

    /// <summary>Reads a model and its card.</summary>
    /// <exception cref="HspiException">A file is missing, damaged or foreign, or model and card do not belong together.</exception>
    public static async Task<ModelFolder> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var text = await TextAsync(Path.Combine(folder, ModelName), cancellationToken);
        var model = TrainedModel.Parse(text, Path.Combine(folder, ModelName));
        var card = ModelCard.Parse(await TextAsync(Path.Combine(folder, CardName), cancellationToken), Path.Combine(folder, CardName));
        return card.ModelHash == Hash(text) && card.HeldOut.Labels.SequenceEqual(model.Labels)
            ? new ModelFolder(model, card)
            : throw new HspiException($"{folder}: the card is that of another model. Train it again with `hspi train`.");
    }

    private static async Task<string> TextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(path).Length <= MostBytes
                ? await File.ReadAllTextAsync(path, cancellationToken)
                : throw new HspiException($"{path}: larger than any model of this program. Train one with `hspi train`.");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message} Train a model with `hspi train`.", failed);
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
