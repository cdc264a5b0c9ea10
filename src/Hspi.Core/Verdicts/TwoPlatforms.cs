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
    /// <summary>Answers that only one class explains, at least, for each of the two: one strange batch makes no second platform.</summary>
    private const int FewestAlone = 2;

    /// <summary>One sentence; null where no two classes explain every answer, or one does alone.</summary>
    public static string? Find(IReadOnlyList<ReferenceAgreement> references)
    {
        for (var first = 0; first < references.Count; first++)
        {
            for (var second = first + 1; second < references.Count; second++)
            {
                if (!references[first].Alike.Contains(references[second].Class) && Explain(references[first], references[second]) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static string? Explain(ReferenceAgreement one, ReferenceAgreement other)
    {
        var answers = AnswerOwner.Compared(one, other);
        var onlyOne = answers.Count(answer => AnswerOwner.Owns(one, answer) && !AnswerOwner.Owns(other, answer));
        var onlyOther = answers.Count(answer => AnswerOwner.Owns(other, answer) && !AnswerOwner.Owns(one, answer));
        if (onlyOne < FewestAlone || onlyOther < FewestAlone || !answers.TrueForAll(answer => AnswerOwner.Owns(one, answer) || AnswerOwner.Owns(other, answer)))
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"No enrolled class fits alone, but each of {answers.Count} answers is that of one of two: {onlyOne} of {one.Class} alone, {onlyOther} of {other.Class} alone. Two servers may stand behind this address, or one that computes in two ways.");
    }
}
