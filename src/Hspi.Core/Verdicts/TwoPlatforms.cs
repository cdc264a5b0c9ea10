using System.Globalization;
using Hspi.Readers;

namespace Hspi.Verdicts;

/// <summary>Sees that the answers of one endpoint are those of two enrolled classes in turn. It explains an unknown, and accuses nobody.</summary>
/// <remarks>
/// One server can do this too: a prompt cache, a batch that others fill, a kernel that is chosen by length. So the reason
/// names both readings.
/// </remarks>
internal static class TwoPlatforms
{
    /// <summary>An answer of fewer values agrees by luck.</summary>
    private const int FewestValues = 20;

    /// <summary>Answers that only one class explains, at least, for each of the two: one strange batch makes no second platform.</summary>
    private const int FewestAlone = 2;

    /// <summary>One sentence; null where no two classes explain every answer, or one does alone.</summary>
    public static string? Find(IReadOnlyList<ReferenceAgreement> references)
    {
        for (var first = 0; first < references.Count; first++)
        {
            for (var second = first + 1; second < references.Count; second++)
            {
                if (Explain(references[first], references[second]) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static string? Explain(ReferenceAgreement one, ReferenceAgreement other)
    {
        var answers = one.Answers.Zip(other.Answers).Where(pair => pair.First.Compared > 0 || pair.Second.Compared > 0).ToList();
        var onlyOne = answers.Count(pair => IsWhole(pair.First) && !IsWhole(pair.Second));
        var onlyOther = answers.Count(pair => IsWhole(pair.Second) && !IsWhole(pair.First));
        if (onlyOne < FewestAlone || onlyOther < FewestAlone || !answers.All(pair => IsWhole(pair.First) || IsWhole(pair.Second)))
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"No enrolled class fits alone, but each of {answers.Count} answers agrees in all its values with one of two: {onlyOne} only with {one.Class}, {onlyOther} only with {other.Class}. Two servers may stand behind this address, or one that computes in two ways.");
    }

    private static bool IsWhole(AnswerAgreement answer) => answer.Compared >= FewestValues && answer.Equal == answer.Compared;
}
