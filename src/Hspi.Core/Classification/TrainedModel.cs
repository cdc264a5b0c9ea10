using System.Text.Json;
using System.Text.Json.Serialization;
using Hspi.Readers;

namespace Hspi.Classification;

/// <summary>A classifier as plain numbers: the same predictions on every machine, whatever trained it.</summary>
/// <param name="Version">Of this form; 1.</param>
/// <param name="Aspect">What the labels name.</param>
/// <param name="Features">Name of the <see cref="FeatureSet"/>.</param>
/// <param name="Labels">One per score.</param>
/// <param name="Means">Subtracted from each feature.</param>
/// <param name="Scales">Then multiplied with it.</param>
/// <param name="Layers">At least one.</param>
public sealed record TrainedModel(
    int Version, Aspect Aspect, string Features, IReadOnlyList<string> Labels, float[] Means, float[] Scales, IReadOnlyList<DenseLayer> Layers)
{
    private const int CurrentVersion = 1;

    /// <summary>Trains on standardised features.</summary>
    public static TrainedModel Train(IClassifierTrainer trainer, LabelledSamples training, string features, ulong seed)
    {
        var width = training.Samples[0].Features.Length;
        var means = new float[width];
        var scales = new float[width];
        for (var i = 0; i < width; i++)
        {
            var values = training.Samples.Select(sample => (double)sample.Features[i]).ToList();
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            means[i] = (float)mean;
            // A feature that never varies says nothing; NaN and infinities of a broken platform neither.
            scales[i] = deviation > 1e-9 && double.IsFinite(deviation) ? (float)(1 / deviation) : 0;
            means[i] = float.IsFinite(means[i]) ? means[i] : 0;
        }

        var model = new TrainedModel(CurrentVersion, training.Aspect, features, training.Labels, means, scales, []);
        return model with
        {
            Layers = trainer.Train([.. training.Samples.Select(sample => sample with { Features = model.Standardise(sample.Features) })], training.Labels.Count, seed),
        };
    }

    /// <summary>Probability of every label for one answer.</summary>
    public double[] Predict(float[] features)
    {
        var values = Standardise(features).Select(value => (double)value).ToArray();
        for (var layer = 0; layer < Layers.Count; layer++)
        {
            var (weights, biases) = (Layers[layer].Weights, Layers[layer].Biases);
            var next = new double[biases.Length];
            for (var row = 0; row < next.Length; row++)
            {
                var sum = (double)biases[row];
                for (var i = 0; i < values.Length; i++)
                {
                    sum += weights[row][i] * values[i];
                }

                next[row] = layer < Layers.Count - 1 ? Math.Max(0, sum) : sum;
            }

            values = next;
        }

        var greatest = values.Max();
        var exponentials = values.Select(value => Math.Exp(value - greatest)).ToArray();
        var total = exponentials.Sum();
        return [.. exponentials.Select(value => value / total)];
    }

    /// <summary>The model as text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelJson.Default.TrainedModel);

    /// <summary>Reads <see cref="ToJson"/>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="HspiException">It is no model of this version, or its parts do not fit together.</exception>
    public static TrainedModel Parse(string json, string source)
    {
        try
        {
            var model = JsonSerializer.Deserialize(json, ModelJson.Default.TrainedModel);
            return model?.Fault() is { } fault
                ? throw new HspiException($"{source}: no model of this program: {fault} Train one with `hspi train`.")
                : model ?? throw new HspiException($"{source}: holds no model. Train one with `hspi train`.");
        }
        catch (JsonException wrong)
        {
            throw new HspiException($"{source}({wrong.LineNumber + 1}): no model of this program: {wrong.Message} Train one with `hspi train`.", wrong);
        }
    }

    private string? Fault()
    {
        if (Version != CurrentVersion)
        {
            return $"its version is {Version}, this program reads {CurrentVersion}.";
        }

        var set = FeatureSet.All.FirstOrDefault(one => one.Name == Features);
        if (set is null || !LabelledSamples.Aspects.Contains(Aspect))
        {
            return $"features \"{Features}\" or aspect \"{Aspect.Word()}\" are unknown.";
        }

        var width = set.Compute([]).Length;
        if (Means.Length != width || Scales.Length != width)
        {
            return $"it standardises {Means.Length} features, and {Features} has {width}.";
        }

        foreach (var layer in Layers)
        {
            if (layer.Biases.Length != layer.Weights.Length || layer.Weights.Any(row => row is null || row.Length != width))
            {
                return "its layers do not fit together.";
            }

            width = layer.Biases.Length;
        }

        return Layers.Count == 0 || Labels.Count != width || Labels.Distinct().Count() != width ? "its labels do not fit its last layer."
            : Means.Concat(Scales).Concat(Layers.SelectMany(layer => layer.Biases.Concat(layer.Weights.SelectMany(row => row)))).All(float.IsFinite) ? null
            : "it holds numbers that are not finite.";
    }

    private float[] Standardise(float[] features)
    {
        var result = new float[features.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var value = (features[i] - Means[i]) * Scales[i];
            // Far outside of what was learned, more distance means nothing more.
            result[i] = float.IsNaN(value) ? 0 : Math.Clamp(value, -20, 20);
        }

        return result;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TrainedModel))]
internal sealed partial class ModelJson : JsonSerializerContext;
