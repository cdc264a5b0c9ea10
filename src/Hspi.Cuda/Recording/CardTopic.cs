using Hspi.Cuda.Cards;
using Hspi.Cuda.Reports;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Recording;

/// <summary>One kind of question to a card. Topics run one after the other, and what each brought is written before the next begins.</summary>
/// <param name="name">Name on the command line and in reports.</param>
/// <param name="what">What it asks, in a few words.</param>
/// <param name="share">Its share of the time, in seconds of a run of nine minutes; what earlier topics leave over is added.</param>
internal abstract class CardTopic(string name, string what, int share)
{
    /// <summary>Name on the command line and in reports.</summary>
    public string Name => name;

    /// <summary>What it asks.</summary>
    public string What => what;

    /// <summary>Its share of the time.</summary>
    public int Share => share;

    /// <summary>Asks. Side files are written here; the report is written by the caller.</summary>
    /// <param name="context">The card, and how much time there is.</param>
    /// <param name="report">What is known so far.</param>
    /// <param name="cancellationToken">Ends it; what it had asked is lost then.</param>
    /// <returns>The report with this topic's part, also where time ran out (<see cref="TopicContext.IsLate"/>).</returns>
    /// <exception cref="HspiException">It cannot be asked at all, such as for want of a library.</exception>
    public abstract Task<CardReport> AskAsync(TopicContext context, CardReport report, CancellationToken cancellationToken);
}

/// <summary>What a topic works with.</summary>
/// <param name="Card">The card.</param>
/// <param name="Architecture">Its generation in the table.</param>
/// <param name="Options">What the caller wants.</param>
/// <param name="Clock">Tells the time.</param>
/// <param name="Deadline">When this topic has to end, as <paramref name="Clock"/> tells it.</param>
/// <param name="Progress">One line per finished question.</param>
internal sealed record TopicContext(
    ICard Card, Architecture Architecture, CardRunOptions Options, TimeProvider Clock, DateTimeOffset Deadline, IProgress<string> Progress)
{
    private bool _wasLate;

    /// <summary>Whether the topic found at any time that its time is over.</summary>
    public bool WasLate => _wasLate;

    /// <summary>Asked between questions: true once the time is over.</summary>
    public bool IsLate() => _wasLate |= Clock.GetUtcNow() >= Deadline;

    /// <summary>A part of what is left, for one of several questions that are still open.</summary>
    /// <param name="open">How many are open, this one included.</param>
    public Func<bool> IsLateForOneOf(int open)
    {
        var now = Clock.GetUtcNow();
        var end = now + ((Deadline - now) / open);
        return () => Clock.GetUtcNow() >= end && (_wasLate = true);
    }
}
