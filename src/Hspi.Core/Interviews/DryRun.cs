using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>What an interview would send, and what that could cost at most. Nothing is sent to find it out.</summary>
/// <param name="Dialect">Name of the dialect that is known or likeliest.</param>
/// <param name="DiscoveryCalls">Calls that may be needed first to find dialect and model; 0 where the evidence shows both.</param>
/// <param name="Requests">The questions that are left and that the limit of calls has room for.</param>
/// <param name="OverLimit">Questions beyond that limit.</param>
/// <param name="Worst">Everything together, at one token for each byte sent.</param>
/// <param name="Recorded">What the evidence that would be resumed has cost already; null for a new run.</param>
public sealed record DryRun(string Dialect, int DiscoveryCalls, IReadOnlyList<ExchangeRequest> Requests, int OverLimit, Spent Worst, Spent? Recorded)
{
    /// <summary>Calls that may be made once more, if the claim is about to be contradicted.</summary>
    public int Again { get; init; }

    /// <summary>What finds dialect and model, if the likeliest dialect is understood; empty where the evidence shows both.</summary>
    public IReadOnlyList<ExchangeRequest> Discovery { get; init; } = [];

    /// <summary>Works it out.</summary>
    /// <param name="settings">Of the interview.</param>
    /// <param name="resumed">Evidence file that would be gone on with; null for a new run. It is not changed.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="UsageException">The evidence was begun with other words.</exception>
    public static async Task<DryRun> OfAsync(InterviewSettings settings, string? resumed, CancellationToken cancellationToken)
    {
        var recorded = resumed is null ? null : EvidenceFile.Load(resumed);
        if (recorded is not null)
        {
            Resumption.Check(recorded, resumed!, settings);
        }

        var paid = Interview.Paid(recorded);
        // No call is allowed, so only what is recorded can answer: the probe goes as far as the evidence does.
        using var client = new EndpointClient(settings.Endpoint, settings.Key, new Budget(new BudgetLimits(MostCalls: 0)), settings.Clock, record: null, paid);
        var (capabilities, discovery) = await SeenAsync(client, settings, cancellationToken);
        var left = settings.Questions(capabilities)
            .Select(question => (Request: client.Prepared(capabilities.Dialect.Request(question)), question.NewTokens))
            .Where(one => paid.Take(one.Request) is null)
            .ToList();
        var budget = new Budget(settings.Limits);
        budget.Charge(recorded?.Exchanges ?? [], SentNotes.Lost(recorded));
        var room = Math.Max(0, settings.Limits.MostCalls - budget.Spent.Calls);
        var questions = left.Take(Math.Max(0, room - discovery)).ToList();
        var worst = questions.Select(one => Budget.WorstCase(one.Request, one.NewTokens)).ToList();
        var again = settings.Claim is null ? 0 : Math.Min(Interview.MostAgain, room - Math.Min(room, discovery) - questions.Count);
        worst.AddRange(worst.OrderByDescending(one => one.PromptTokens).Take(again).ToList());
        var (prompt, completion) = (worst.Sum(one => one.PromptTokens), worst.Sum(one => one.CompletionTokens));
        return new DryRun(
            capabilities.Dialect.Name,
            discovery,
            [.. questions.Select(one => one.Request)],
            left.Count - questions.Count,
            new Spent(worst.Count + Math.Min(room, discovery), prompt, completion, settings.Limits.Price?.Of(prompt, completion)),
            recorded is null ? null : budget.Spent)
        {
            Again = worst.Count - questions.Count,
            Discovery = discovery == 0 ? [] :
            [
                .. CapabilityProbe.Requests(settings.Model, capabilities.Dialect, settings.Dialect is not null || DialectCatalog.ForHost(client.Address) is not null, settings.Provider)
                    .Select(client.Prepared),
            ],
        };
    }

    /// <summary>What the evidence says of the endpoint, and how many calls may still be needed to find it out.</summary>
    private static async Task<(Capabilities Capabilities, int Calls)> SeenAsync(EndpointClient client, InterviewSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return (await CapabilityProbe.AskAsync(client, settings.Model, settings.Dialect, settings.Provider, cancellationToken), 0);
        }
        catch (BudgetException)
        {
            var dialect = settings.Dialect ?? DialectCatalog.ForHost(client.Address) ?? new OpenAiCompletions();
            return (new Capabilities { Dialect = dialect, Model = settings.Model, Logprobs = true, Alternatives = dialect.MostAlternatives }, CapabilityProbe.MostCalls);
        }
    }
}
