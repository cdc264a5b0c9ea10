using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hspi.Readers;

namespace Hspi.Classification;

/// <summary>Everything that one must know before believing a model. <c>trained/README.md</c> explains every field.</summary>
public sealed record ModelCard
{
    /// <summary>Name of the model, and of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>Version of hspi that trained it.</summary>
    public required string Hspi { get; init; }

    /// <summary>What its labels name.</summary>
    public required Aspect Aspect { get; init; }

    /// <summary>Name of the trainer.</summary>
    public required string Trainer { get; init; }

    /// <summary>Name of the feature set.</summary>
    public required string Features { get; init; }

    /// <summary>SHA-256 of the model's file.</summary>
    public required string ModelHash { get; init; }

    /// <summary>SHA-256 of each dataset by file name.</summary>
    public required IReadOnlyDictionary<string, string> Datasets { get; init; }

    /// <summary>Seed of split, training and intervals.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Content hashes of the questions that training never saw.</summary>
    public required IReadOnlyList<string> HeldOutQuestions { get; init; }

    /// <summary>Questions that it learned from.</summary>
    public required int TrainingQuestions { get; init; }

    /// <summary>Samples that it learned from.</summary>
    public required int TrainingSamples { get; init; }

    /// <summary>Members of each class, by its name: platforms that no model could tell apart.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Classes { get; init; }

    /// <summary>How it does on held-out questions.</summary>
    public required Measured HeldOut { get; init; }

    /// <summary>Accuracy on the questions that it learned from: the distance to the held-out one is what it memorised.</summary>
    public required double TrainingAccuracy { get; init; }

    /// <summary>The card as text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CardJson.Default.ModelCard) + "\n";

    /// <summary>Reads <see cref="ToJson"/>.</summary>
    /// <exception cref="HspiException">It is no card.</exception>
    public static ModelCard Parse(string json, string source)
    {
        try
        {
            var card = JsonSerializer.Deserialize(json, CardJson.Default.ModelCard)
                ?? throw new HspiException($"{source}: holds no card. Train a model with `hspi train`.");
            var labels = card.HeldOut.Labels.Count;
            return card.HeldOut.Counts.Length == labels && card.HeldOut.Counts.All(row => row is not null && row.Length == labels && row.All(count => count >= 0))
                ? card
                : throw new HspiException($"{source}: its confusion table is not square. Train a model with `hspi train`.");
        }
        catch (JsonException wrong)
        {
            throw new HspiException($"{source}({wrong.LineNumber + 1}): no card of this program: {wrong.Message} Train a model with `hspi train`.", wrong);
        }
    }
}

/// <summary>Results on samples, with 95 % intervals.</summary>
/// <param name="Samples">Samples.</param>
/// <param name="Questions">Different questions among them.</param>
/// <param name="Accuracy">Interval of Wilson.</param>
/// <param name="MacroF1">Interval by resampling questions.</param>
/// <param name="Mcc">Interval by resampling questions.</param>
/// <param name="Labels">In the order of the tables.</param>
/// <param name="Recall">For each label, the share of its samples that were recognised; interval of Wilson.</param>
/// <param name="Precision">For each label, the share of samples so called that were it; interval of Wilson.</param>
/// <param name="F1">For each label.</param>
/// <param name="Counts">[true][said].</param>
public sealed record Measured(
    int Samples, int Questions, Interval Accuracy, Interval MacroF1, Interval Mcc,
    IReadOnlyList<string> Labels, IReadOnlyList<Interval> Recall, IReadOnlyList<Interval> Precision, IReadOnlyList<double> F1, int[][] Counts)
{
    /// <summary>Measures <paramref name="model"/>.</summary>
    public static Measured Of(TrainedModel model, LabelledSamples samples, ulong seed)
    {
        var confusion = Confusion.Of(model, samples);
        var counts = confusion.Counts;
        int Said(int label) => counts.Sum(row => row[label]);
        return new Measured(
            confusion.Total,
            samples.Samples.Select(sample => sample.ProbeHash).Distinct().Count(),
            Interval.Wilson(counts.Select((row, i) => row[i]).Sum(), confusion.Total),
            Confusion.Bootstrap(model, samples, one => one.MacroF1, seed),
            Confusion.Bootstrap(model, samples, one => one.Mcc, seed),
            samples.Labels,
            [.. counts.Select((row, i) => Interval.Wilson(row[i], row.Sum()))],
            [.. counts.Select((row, i) => Interval.Wilson(row[i], Said(i)))],
            [.. counts.Select((row, i) => row.Sum() + Said(i) is var all and > 0 ? 2.0 * row[i] / all : 0)],
            counts);
    }

    /// <summary>The results as text for a person: scores, labels, and the confusion table.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Samples} samples of {Questions} questions; 95 % intervals in brackets\n");
        text.Append(CultureInfo.InvariantCulture, $"accuracy {Accuracy}   macro F1 {MacroF1}   MCC {Mcc}   chance {1.0 / Labels.Count:F3}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"no",4}  {"recall",-22}{"precision",-22}{"F1",-8}label\n");
        for (var i = 0; i < Labels.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1,4}  {Recall[i],-22}{Precision[i],-22}{F1[i],-8:F3}{Labels[i]}\n");
        }

        text.Append("\nRows: what it was. Columns: what the model said.\n      ");
        text.AppendJoin("", Labels.Select((_, i) => $"{i + 1,5}")).Append('\n');
        for (var i = 0; i < Labels.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1,4}  ").AppendJoin("", Counts[i].Select(count => count == 0 ? "    ." : $"{count,5}")).Append('\n');
        }

        return text.ToString();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class CardJson : JsonSerializerContext;
