using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Hspi.Classification;

/// <summary>Multinomial logistic regression of ML.NET (L-BFGS), on one thread, so that two runs agree in every bit.</summary>
public sealed class MaximumEntropyTrainer : IClassifierTrainer
{
    /// <inheritdoc/>
    public string Name => "ml.net";

    /// <inheritdoc/>
    public IReadOnlyList<DenseLayer> Train(IReadOnlyList<LabelledSample> samples, int labels, ulong seed)
    {
        var context = new MLContext((int)(seed & int.MaxValue));
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, samples[0].Features.Length);
        var data = context.Data.LoadFromEnumerable(samples.Select(sample => new Row { Label = (uint)sample.Label, Features = sample.Features }), schema);
        var keyed = context.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Label), keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
        var model = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = "Key",
            FeatureColumnName = nameof(Row.Features),
            NumberOfThreads = 1,
            MaximumNumberOfIterations = 150,
            L1Regularization = 0,
            L2Regularization = 0.1f,
        }).Fit(keyed).Model;

        VBuffer<float>[] weights = [];
        model.GetWeights(ref weights, out _);
        var present = samples.Select(sample => sample.Label).Distinct().Order().ToList();
        var biases = model.GetBiases().ToList();
        // ML.NET numbers only the labels that it saw.
        return
        [
            new DenseLayer(
                [.. Enumerable.Range(0, labels).Select(label => present.IndexOf(label) is var at and >= 0 ? weights[at].DenseValues().ToArray() : new float[samples[0].Features.Length])],
                [.. Enumerable.Range(0, labels).Select(label => present.IndexOf(label) is var at and >= 0 ? biases[at] : float.MinValue)]),
        ];
    }

    private sealed class Row
    {
        public uint Label { get; init; }

        public float[] Features { get; init; } = [];
    }
}
