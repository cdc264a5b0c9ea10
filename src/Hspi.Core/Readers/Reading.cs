namespace Hspi.Readers;

/// <summary>What one reader saw in the answers, and what it means: a value that anybody can compute again.</summary>
/// <param name="Reader">Name of the reader: <c>surface</c>, <c>number-text</c>, <c>logit-lattice</c>, <c>reference</c>.</param>
/// <param name="Aspect">What is judged.</param>
/// <param name="Seen">One sentence for a person: the observation, with its numbers.</param>
/// <param name="Likelihoods">
/// For every alternative that the reader knows, the natural logarithm of the probability of what was seen under it,
/// up to a constant that all share. Empty: nothing could be read.
/// </param>
/// <param name="Calls">Answers that it rests on.</param>
/// <param name="WouldChange">What further observation would change the conclusion.</param>
public sealed record Reading(
    string Reader,
    Aspect Aspect,
    string Seen,
    IReadOnlyDictionary<string, double> Likelihoods,
    int Calls,
    string WouldChange);
