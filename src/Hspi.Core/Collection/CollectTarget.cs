using Hspi.Backends;
using Hspi.Backends.Endpoint;
using Hspi.Datasets;
using Hspi.Dialects;
using Hspi.Platforms;

namespace Hspi.Collection;

/// <summary>A platform to be asked.</summary>
/// <param name="Platform">The label of its rows.</param>
/// <param name="Keep">How its answers become rows; an image or decoder network's hash stands in <see cref="AnswerRows.Network"/>.</param>
/// <param name="Costly">Whether every answer costs money or minutes: then each is saved at once, else every few seconds.</param>
/// <param name="Open">Opens it; called only when something is left to ask.</param>
public sealed record CollectTarget(Platform Platform, AnswerRows Keep, bool Costly, Func<CancellationToken, Task<IBackend>> Open)
{
    /// <summary>How it is asked again while others use it; null where it is not.</summary>
    public Crowd? Crowd { get; init; }

    /// <summary>A running server, whose every answer is saved at once.</summary>
    /// <param name="claimed">What its operator says it is.</param>
    /// <param name="client">Closed when its turn is over.</param>
    /// <param name="seen">What it was seen to give.</param>
    /// <param name="alternatives">Alternatives of each token that are asked for.</param>
    /// <param name="host">The machine that asks.</param>
    public static CollectTarget OfEndpoint(Platform claimed, EndpointClient client, Capabilities seen, int alternatives, string host) => new(
        claimed,
        new AnswerRows(AnswerOrigin.Endpoint, alternatives, seen.Model, host, seen.Dialect.Name, ""),
        Costly: true,
        _ => Task.FromResult<IBackend>(new EndpointBackend(claimed, client, seen.Dialect, seen.Model, alternatives)));
}

/// <summary>How far a collection is.</summary>
/// <param name="Platform">Whose turn it is.</param>
/// <param name="Answered">Its answers so far, those of an earlier run included.</param>
/// <param name="Wanted">Its answers in all.</param>
/// <param name="Failure">Why it stopped; null while it goes well.</param>
public sealed record CollectProgress(Platform Platform, int Answered, int Wanted, string? Failure = null);

/// <summary>What a collection has become.</summary>
/// <param name="Dataset">Every row of the output.</param>
/// <param name="Asked">Answers that this run asked for.</param>
/// <param name="Reused">Answers that an earlier run had already.</param>
/// <param name="Failures">Platforms that failed, and why; the others are complete.</param>
/// <param name="Refused">Questions that a server did not answer, with its words; they stay open, and the next run asks them again.</param>
public sealed record CollectOutcome(Dataset Dataset, int Asked, int Reused, IReadOnlyList<CollectProgress> Failures, IReadOnlyList<DatasetRow> Refused);
