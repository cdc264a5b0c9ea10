namespace Hspi.Verdicts;

/// <summary>What the evidence supports, and no more. The exit codes of <c>hspi verify</c> follow from it.</summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>The claim fits what was seen, and the alternatives that it excludes do not. Exit code 0.</summary>
    /// <param name="Reason">One sentence.</param>
    public sealed record Consistent(string Reason) : Verdict;

    /// <summary>The claim cannot have produced what was seen. Exit code 1.</summary>
    /// <param name="Reason">One sentence.</param>
    public sealed record Inconsistent(string Reason) : Verdict;

    /// <summary>No claim was made, and one enrolled class of platforms fits. Exit code 0.</summary>
    /// <param name="Platform">Name of the class.</param>
    /// <param name="Probability">Posterior probability, 0 to 1.</param>
    /// <param name="Reason">One sentence.</param>
    public sealed record Identified(string Platform, double Probability, string Reason) : Verdict;

    /// <summary>The evidence does not decide. A good answer. Exit code 3.</summary>
    /// <param name="Reason">One sentence: what is missing.</param>
    public sealed record Unknown(string Reason) : Verdict;
}
