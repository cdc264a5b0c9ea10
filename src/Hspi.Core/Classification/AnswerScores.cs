using System.Globalization;
using Hspi.Answers;
using Hspi.Datasets;

namespace Hspi.Classification;

/// <summary>Scores of an answer, whether it stands in a dataset or came from an endpoint: the same logits give the same numbers.</summary>
public static class AnswerScores
{
    /// <summary>Scores of an enrolled step.</summary>
    public static StepScores Of(DatasetRow row)
    {
        if (row.LogitBits.Count == 0)
        {
            return new StepScores([.. row.TopLogprobs.Select(Read).OrderDescending()], []);
        }

        // Best first: that is how bits with ids are kept.
        List<int> bits = row.LogitIds.Count > 0 ? row.LogitBits : [.. row.LogitBits.OrderByDescending(BitConverter.Int32BitsToSingle)];
        var greatest = BitConverter.Int32BitsToSingle(bits[0]);
        return new StepScores([.. bits.Take(FeatureSet.Ranks).Select(one => LogSoftmax.Of(BitConverter.Int32BitsToSingle(one), greatest, row.LogSum ?? 0))], bits);
    }

    /// <summary>Scores of a step as an endpoint sent it.</summary>
    public static StepScores Of(Step step) => new([.. step.Alternatives.Select(other => Read(other.LogprobText)).OrderDescending()], []);

    private static float Read(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (float)number : float.NaN;
}
