using Hspi.Dialects;
using Hspi.Readers;

namespace Hspi.Classification;

/// <summary>What a trained classifier says of an endpoint's answers. It ranks, and never accuses: it has not seen every platform.</summary>
public static class ClassifierReader
{
    /// <summary>Reads answers; the reading's aspect is the model's, <c>precision</c> or <c>platform</c>.</summary>
    /// <param name="folder">Model and card.</param>
    /// <param name="answers">Answers with scored alternatives; others are passed over.</param>
    /// <remarks>
    /// The answers' log-probabilities are averaged, not added: they come from one head and share its habits, so a hundred
    /// of them are hardly more evidence than one, and adding them would make any classifier certain.
    /// </remarks>
    public static ClassifierFinding Read(ModelFolder folder, IEnumerable<ParsedAnswer> answers)
    {
        var features = FeatureSet.All.First(set => set.Name == folder.Model.Features);
        List<double[]> said =
        [
            .. answers.Where(answer => answer.Steps.Any(step => step.Alternatives.Count > 0))
                .Select(answer => folder.Model.Predict(features.Compute([.. answer.Steps.Select(AnswerScores.Of)]))),
        ];
        var labels = folder.Model.Labels;
        var mean = labels.Select((_, i) => said.Count == 0 ? 0 : said.Average(one => Math.Log(Math.Max(one[i], 1e-12)))).ToList();
        var held = folder.Card.HeldOut;
        return new ClassifierFinding(new Reading(
            "classifier",
            folder.Model.Aspect,
            said.Count == 0
                ? "No answer shows alternatives to classify."
                : $"{folder.Card.Name} names {labels[mean.IndexOf(mean.Max())]}; on questions that it never saw it was right in {held.Accuracy} of {held.Samples}.",
            said.Count == 0 ? new Dictionary<string, double>() : labels.Zip(mean).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal),
            said.Count,
            "Enrolled answers to the same prompts (--references): a comparison of digits, not a guess from their kind."), held);
    }
}

/// <summary>What a trained classifier says, and how far it can be trusted.</summary>
/// <param name="Reading">An alternative for each of its labels.</param>
/// <param name="HeldOut">How it did on questions that it never saw.</param>
public sealed record ClassifierFinding(Reading Reading, Measured HeldOut);
