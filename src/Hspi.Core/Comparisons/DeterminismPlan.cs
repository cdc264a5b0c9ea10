using Hspi.Interviews;
using Hspi.Probes;

namespace Hspi.Comparisons;

/// <summary>The same questions under conditions that must not change an answer.</summary>
/// <param name="Seed">Makes the prompts.</param>
/// <param name="Count">Different prompts, from 1.</param>
/// <param name="NewTokens">Tokens of each answer, from 1.</param>
/// <param name="Callers">How many callers of our own use the server at the same time, one condition for each; may be empty.</param>
public sealed record DeterminismPlan(ulong Seed, int Count, int NewTokens, IReadOnlyList<int> Callers)
{
    /// <summary>Asked once, while nobody of ours asks anything else: what the others are held against.</summary>
    public const string Alone = "alone";

    /// <summary>The same, when the other questions had been asked meanwhile.</summary>
    public const string Again = "again later";

    /// <summary>Right after the same question: a prompt cache holds all of it.</summary>
    public const string AfterItself = "right after itself";

    /// <summary>The answer comes in pieces.</summary>
    public const string Streamed = "streamed";

    /// <summary>Right after a long prompt, which fills caches and is read in chunks.</summary>
    public const string AfterLong = "after a long prompt";

    /// <summary>Sentences of long prompts; a shorter one is tried where a longer one is refused.</summary>
    private static readonly int[] Lengths = [40, 6];

    /// <summary>The prompts.</summary>
    public IReadOnlyList<string> Prompts => FreeQuestions.OpenPrompts(Seed, Count);

    /// <summary>What callers ask: others, so that no answer of theirs can be one of ours.</summary>
    public IReadOnlyList<Probe> CallersProbes => [.. FreeQuestions.OpenPrompts(Seed + 1, Count).Select((prompt, number) => new PromptProbe(FormattableString.Invariant($"caller-{number}"), 1, prompt, NewTokens))];

    /// <summary>Several hundred tokens, and then fewer.</summary>
    public IReadOnlyList<string> Long => [.. Lengths.Select(length => string.Join(' ', FreeQuestions.OpenPrompts(Seed + 2, length)))];

    /// <summary>Every condition, in the order asked.</summary>
    public IReadOnlyList<string> Conditions => [Alone, Again, AfterItself, Streamed, .. Callers.Select(Among), AfterLong];

    /// <summary>Questions that are asked one after the other, those that only prepare one included.</summary>
    public int Questions => Count * (Conditions.Count + Lengths.Length);

    /// <summary>Calls at most, those of callers included, without finding the dialect.</summary>
    public int MostCalls => Questions + (Callers.Sum() * Count * Collection.Crowd.MostBeside);

    /// <summary>The condition of so many callers.</summary>
    public static string Among(int callers) => FormattableString.Invariant($"among {callers} callers");
}
