using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Circumstances;

namespace Hspi.Verdicts;

/// <summary>Everything that a verdict rests on. Equal observations give an equal verdict, today and at replay.</summary>
public sealed record Observations
{
    /// <summary>What the provider says; null where the question is what it is.</summary>
    public PlatformClaim? Claim { get; init; }

    /// <summary>What each reader saw.</summary>
    public IReadOnlyList<Reading> Readings { get; init; } = [];

    /// <summary>Engines that may compute inside the one whose surface fits best; empty where it computes by itself.</summary>
    public IReadOnlyList<string> Cores { get; init; } = [];

    /// <summary>Agreement with every enrolled class; empty without references.</summary>
    public IReadOnlyList<ReferenceAgreement> References { get; init; } = [];

    /// <summary>Whether answers come with logprobs; null where the endpoint was never understood.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>What beside the platform may explain that answers differ from enrolled ones.</summary>
    public IReadOnlyList<Circumstance> Circumstances { get; init; } = [];

    /// <summary>What this endpoint does not let us see, one sentence each.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Questions that were planned.</summary>
    public int Planned { get; init; }

    /// <summary>Those of them without usable numbers: the endpoint may have chosen them, so nothing is confirmed without them.</summary>
    public IReadOnlyList<OpenQuestion> Open { get; init; } = [];

    /// <summary>Whether the evidence lacks the record that closes it: what came after is not known, so nothing is confirmed.</summary>
    public bool IsUnfinished { get; init; }
}
