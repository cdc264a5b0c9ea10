using Hspi.Probes;

namespace Hspi.Classification;

/// <summary>What a classifier said about samples whose label is known.</summary>
/// <param name="Labels">In order.</param>
/// <param name="Counts">[true][said].</param>
public sealed record Confusion(IReadOnlyList<string> Labels, int[][] Counts)
{
    private const int Resamples = 1000;

    /// <summary>Samples.</summary>
    public int Total => Counts.Sum(row => row.Sum());

    /// <summary>Share of samples that were labelled rightly.</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Labels.Select((_, i) => Counts[i][i]).Sum() / Total;

    /// <summary>Mean over labels of 2 · right / (true + said); a label that is neither true nor said is left out.</summary>
    public double MacroF1
    {
        get
        {
            var scores = Labels.Select((_, i) => (Right: Counts[i][i], All: Counts[i].Sum() + Said(i))).Where(pair => pair.All > 0).ToList();
            return scores.Count == 0 ? 0 : scores.Average(pair => 2.0 * pair.Right / pair.All);
        }
    }

    /// <summary>Matthews' correlation for several labels: 0 is chance, 1 perfect.</summary>
    /// <remarks>Gorodkin, Computational Biology and Chemistry 28 (2004).</remarks>
    public double Mcc
    {
        get
        {
            double total = Total;
            double right = Labels.Select((_, i) => Counts[i][i]).Sum();
            double product = 0, trueSquares = 0, saidSquares = 0;
            for (var i = 0; i < Labels.Count; i++)
            {
                double isLabel = Counts[i].Sum();
                double said = Said(i);
                product += isLabel * said;
                trueSquares += isLabel * isLabel;
                saidSquares += said * said;
            }

            var under = Math.Sqrt((total * total) - saidSquares) * Math.Sqrt((total * total) - trueSquares);
            return under == 0 ? 0 : ((right * total) - product) / under;
        }
    }

    /// <summary>Judges <paramref name="samples"/>.</summary>
    public static Confusion Of(TrainedModel model, LabelledSamples samples) =>
        Of(samples.Labels, samples.Samples.Select(sample => (sample.Label, Best(model.Predict(sample.Features)))));

    /// <summary>The interval of a score, by drawing whole questions again: answers to one question stand or fall together.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="samples">What it judges.</param>
    /// <param name="score">Such as <see cref="MacroF1"/>.</param>
    /// <param name="seed">Of the draws.</param>
    public static Interval Bootstrap(TrainedModel model, LabelledSamples samples, Func<Confusion, double> score, ulong seed)
    {
        var questions = samples.Samples.GroupBy(sample => sample.ProbeHash).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Select(sample => (sample.Label, Said: Best(model.Predict(sample.Features)))).ToList()).ToList();
        var chance = new SeededNormal(seed);
        var scores = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            List<(int, int)> drawn = [];
            for (var j = 0; j < questions.Count; j++)
            {
                drawn.AddRange(questions[chance.Next(questions.Count)]);
            }

            scores[i] = score(Of(samples.Labels, drawn));
        }

        Array.Sort(scores);
        var value = score(Of(samples.Labels, questions.SelectMany(question => question)));
        return new Interval(value, Math.Min(value, scores[(int)(0.025 * Resamples)]), Math.Max(value, scores[(int)(0.975 * Resamples) - 1]));
    }

    private static Confusion Of(IReadOnlyList<string> labels, IEnumerable<(int True, int Said)> pairs)
    {
        var counts = labels.Select(_ => new int[labels.Count]).ToArray();
        foreach (var (label, said) in pairs)
        {
            counts[label][said]++;
        }

        return new Confusion(labels, counts);
    }

    private int Said(int label) => Counts.Sum(row => row[label]);

    private static int Best(double[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());
}
