using Hspi.Readers;

namespace Hspi.Verdicts;

/// <summary>Whether one answer, by itself, is that of an enrolled class.</summary>
internal static class AnswerOwner
{
    /// <summary>An answer of fewer values agrees by luck.</summary>
    private const int FewestValues = 20;

    /// <summary>All of its values agree, or, where the class differs from itself, a position of it is one of the class's states.</summary>
    public static bool Owns(ReferenceAgreement reference, int answer) =>
        IsWhole(reference.Answers[answer]) || (reference.Noise is not null && reference.Answers[answer].States.IsMet);

    /// <summary>Answers of which something was compared with one of these classes at least, by index.</summary>
    public static List<int> Compared(params IReadOnlyList<ReferenceAgreement> references) =>
        references.Count == 0 ? [] : [.. Enumerable.Range(0, references[0].Answers.Count).Where(answer => references.Any(one => one.Answers[answer].Compared > 0))];

    /// <summary>Enough values, and all of them agree.</summary>
    public static bool IsWhole(AnswerAgreement answer) => answer.Compared >= FewestValues && answer.Equal == answer.Compared;
}
