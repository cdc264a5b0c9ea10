using Hspi.Answers;
using Hspi.Dialects;

namespace Hspi.Readers;

/// <summary>64 bits that stand for an answer or one position of it: equal where tokens and the characters of all numbers are.</summary>
/// <remarks>FNV-1a. Nobody gains by making two answers collide: it would only hide that they differ, or take evidence away.</remarks>
internal static class AnswerDigest
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Of the text, or of the tokens where the dialect gives none.</summary>
    public static ulong OfText(ParsedAnswer answer)
    {
        var digest = Add(Basis, answer.Text);
        if (answer.Text.Length == 0)
        {
            foreach (var step in answer.Steps)
            {
                digest = Add(digest, step.Token);
            }
        }

        return digest;
    }

    /// <summary>Of the text, tokens and all numbers.</summary>
    public static ulong OfNumbers(ParsedAnswer answer) =>
        OfSteps(OfSteps(OfSteps(OfText(answer), answer.Steps), answer.PromptSteps), answer.ProbabilitySteps);

    /// <summary>Of one position: tokens and all numbers.</summary>
    public static ulong OfStep(Step step) => Add(Basis, step);

    private static ulong OfSteps(ulong digest, IReadOnlyList<Step> steps)
    {
        foreach (var step in steps)
        {
            digest = Add(digest, step);
        }

        return digest;
    }

    private static ulong Add(ulong digest, Step step)
    {
        digest = Add(Add(digest, step.Token), step.LogprobText ?? "none");
        foreach (var alternative in step.Alternatives)
        {
            digest = Add(Add(digest, alternative.Token), alternative.LogprobText);
        }

        return digest;
    }

    private static ulong Add(ulong digest, string text)
    {
        foreach (var c in text)
        {
            digest = (digest ^ c) * Prime;
        }

        // A mark between texts, so that "ab","c" and "a","bc" differ.
        return (digest ^ 0xFFFF) * Prime;
    }
}
