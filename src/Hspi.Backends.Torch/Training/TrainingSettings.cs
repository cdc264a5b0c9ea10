using Hspi.Backends.Torch.Graphs;

namespace Hspi.Backends.Torch.Training;

/// <summary>How a network is trained. The same settings on the same number of threads give the same weights.</summary>
/// <param name="Seed">Seed of the initial weights; the data take the numbers after it.</param>
/// <param name="Steps">Steps of the optimiser, from 1.</param>
/// <param name="Rows">Texts or images in each step.</param>
/// <param name="Rate">Largest learning rate: reached after a short rise, then a half cosine down to a tenth.</param>
/// <param name="Threads">Threads of libtorch.</param>
public sealed record TrainingSettings(ulong Seed, int Steps, int Rows, double Rate, int Threads)
{
    /// <summary>What libtorch is told for the whole of a training, measuring included.</summary>
    internal TorchSettings Context => new(Threads: Threads);

    /// <summary>The learning rate of step <paramref name="step"/>, from 0.</summary>
    public double RateAt(int step)
    {
        var rise = Math.Max(1, Steps / 20);
        var share = Math.Max(0, (double)(step - rise) / Math.Max(1, Steps - rise));
        return Rate * Math.Min(1, (step + 1.0) / rise) * (0.55 + (0.45 * Math.Cos(Math.PI * share)));
    }
}

/// <summary>Where a training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Mean cross-entropy of this step in nats.</param>
public readonly record struct TrainingStep(int Step, int Steps, double Loss);
