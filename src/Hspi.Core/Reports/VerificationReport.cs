using Hspi.Dialects;
using Hspi.Readers;
using Hspi.Verdicts;

namespace Hspi.Reports;

/// <summary>Everything that a report of one endpoint says; each form of report prints the same.</summary>
public sealed record VerificationReport
{
    /// <summary>Address of the endpoint, without secrets.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The model that was asked for; empty where none was named.</summary>
    public string Model { get; init; } = "";

    /// <summary>The dialect it was asked in; empty where none was understood.</summary>
    public string Dialect { get; init; } = "";

    /// <summary>The claim in canonical form; empty without one.</summary>
    public string Claim { get; init; } = "";

    /// <summary>When the run began, ISO 8601.</summary>
    public string Started { get; init; } = "";

    /// <summary>The verdict and what it follows from.</summary>
    public required Conclusion Conclusion { get; init; }

    /// <summary>What each reader saw.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>Agreement with each enrolled class; empty without references.</summary>
    public IReadOnlyList<ReferenceAgreement> References { get; init; } = [];

    /// <summary>Distance of the printed values from some classes' values, for the picture; empty without references.</summary>
    public IReadOnlyList<ReferenceDifferences> Differences { get; init; } = [];

    /// <summary>How often the trained classifier is right about which class; null without one.</summary>
    public ConfusionTable? Confusion { get; init; }

    /// <summary>What could not be seen, one sentence each.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>What the evidence cost.</summary>
    public required RunCost Cost { get; init; }

    /// <summary>The answers that were read, in the order of their coming.</summary>
    public IReadOnlyList<ReadAnswer> Answers { get; init; } = [];
}

/// <summary>An answer, and what tells whether another one answers the same question.</summary>
/// <param name="Question">Equal for equal requests.</param>
/// <param name="Answer">The answer.</param>
public sealed record ReadAnswer(string Question, ParsedAnswer Answer);

/// <summary>What was spent, as the evidence shows it.</summary>
/// <param name="Calls">HTTP requests.</param>
/// <param name="PromptTokens">Tokens read, as the server counts.</param>
/// <param name="CompletionTokens">Tokens generated, as the server counts.</param>
/// <param name="Usd">Dollars; null without prices.</param>
public sealed record RunCost(int Calls, long PromptTokens, long CompletionTokens, decimal? Usd);

/// <summary>Endpoint minus reference, value by value.</summary>
/// <param name="Class">Name of the enrolled class.</param>
/// <param name="Values">Differences of logprobs, in the order of the probes.</param>
public sealed record ReferenceDifferences(string Class, IReadOnlyList<double> Values);

/// <summary>How often a classifier named which class, on inputs that it was not trained on.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Counts">[true, named], as many rows and columns as there are labels.</param>
public sealed record ConfusionTable(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<int>> Counts);
