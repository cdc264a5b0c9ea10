namespace Hspi.Classification;

/// <summary>A way to learn labels from numbers. Equal samples and an equal seed give an equal model on the same machine.</summary>
public interface IClassifierTrainer
{
    /// <summary>Name in cards and options.</summary>
    string Name { get; }

    /// <summary>Learns.</summary>
    /// <param name="samples">Features already standardised: mean 0, variance 1.</param>
    /// <param name="labels">Number of labels, from 2.</param>
    /// <param name="seed">Of every chance in it.</param>
    /// <returns>Layers from features to one score per label; the softmax of the scores is the probability.</returns>
    IReadOnlyList<DenseLayer> Train(IReadOnlyList<LabelledSample> samples, int labels, ulong seed);
}

/// <summary>y = W x + b, then max(0, y) in all but the last layer.</summary>
/// <param name="Weights">[out][in].</param>
/// <param name="Biases">[out].</param>
public sealed record DenseLayer(float[][] Weights, float[] Biases);
