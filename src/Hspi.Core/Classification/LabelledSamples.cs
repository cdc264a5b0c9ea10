using Hspi.Datasets;
using Hspi.Fingerprints;
using Hspi.Platforms;
using Hspi.Probes;
using Hspi.Readers;

namespace Hspi.Classification;

/// <summary>One answer as numbers, and what gave it.</summary>
/// <param name="ProbeHash">The question: training and test never share one.</param>
/// <param name="Label">Index of the label.</param>
/// <param name="Features">The numbers.</param>
public sealed record LabelledSample(string ProbeHash, int Label, float[] Features);

/// <summary>What a classifier learns from: platforms are merged into classes of equal answers before anything else.</summary>
/// <param name="Aspect">What the labels name: one of <see cref="Aspects"/>; a platform is named by its class.</param>
/// <param name="Labels">In ordinal order.</param>
/// <param name="Samples">One per class and answer.</param>
/// <param name="Classes">The classes, merged ones included.</param>
public sealed record LabelledSamples(Aspect Aspect, IReadOnlyList<string> Labels, IReadOnlyList<LabelledSample> Samples, IReadOnlyList<PlatformClass> Classes)
{
    /// <summary>The aspects that can be learned.</summary>
    public static IReadOnlyList<Aspect> Aspects { get; } = [Aspect.Platform, Aspect.Precision];

    /// <summary>Takes the prompts of a dataset apart.</summary>
    /// <exception cref="UsageException">The aspect cannot be learned.</exception>
    /// <exception cref="HspiException">The dataset has nothing to learn from.</exception>
    public static LabelledSamples From(Dataset dataset, Aspect aspect, FeatureSet features)
    {
        if (!Aspects.Contains(aspect))
        {
            throw new UsageException($"\"{aspect.Word()}\" cannot be learned. What can: {string.Join(", ", Aspects.Select(one => one.Word()))}.");
        }

        // A prompt's step has a distribution: a product has no sum, an endpoint has texts.
        var answers = dataset.Where(row => row.Unsupported is null && (row.LogSum is not null || (row.TopLogprobs.Count > 1 && !features.NeedsLogits)));
        var classes = answers.Classes();
        var named = classes.ToDictionary(one => one.Members[0], one => aspect == Aspect.Platform ? one.Name : PrecisionOf(one));
        var labels = named.Values.Distinct().Order(StringComparer.Ordinal).ToList();
        if (labels.Count < 2)
        {
            throw new HspiException($"Nothing can be learned from one {aspect} only. Collect from more platforms.");
        }

        // One member stands for its class: equal answers would only count twice.
        var samples =
            from answer in answers.Rows.GroupBy(row => row.Key)
            where named.ContainsKey(answer.Key.Platform)
            let scores = answer.OrderBy(row => row.Step).Select(AnswerScores.Of).ToList()
            orderby answer.Key.Platform.ToString(), answer.Key.ProbeHash, answer.Key.Sample
            select new LabelledSample(answer.Key.ProbeHash, labels.IndexOf(named[answer.Key.Platform]), features.Compute(scores));
        return new LabelledSamples(aspect, labels, [.. samples], classes);
    }

    /// <summary>Parts the samples by question.</summary>
    /// <param name="seed">Decides which questions are held out.</param>
    /// <param name="share">Share of the questions held out, above 0 and below 1.</param>
    public (LabelledSamples Training, LabelledSamples HeldOut) Split(ulong seed, double share)
    {
        var questions = Samples.Select(sample => sample.ProbeHash).Distinct().Order(StringComparer.Ordinal).ToList();
        if (questions.Count < 4)
        {
            throw new HspiException($"{questions.Count} questions cannot be parted into training and test. Collect more probes (--count).");
        }

        var chance = new SeededNormal(seed);
        var held = questions.Select(question => (question, key: chance.NextBits())).OrderBy(pair => pair.key)
            .Take(Math.Max(1, (int)(questions.Count * share))).Select(pair => pair.question).ToHashSet(StringComparer.Ordinal);
        return (this with { Samples = [.. Samples.Where(sample => !held.Contains(sample.ProbeHash))] },
            this with { Samples = [.. Samples.Where(sample => held.Contains(sample.ProbeHash))] });
    }

    private static string PrecisionOf(PlatformClass one) =>
        string.Join('/', one.Members.Select(member => PlatformText.ValueOf(member, "precision")).Distinct().Order(StringComparer.Ordinal));
}
