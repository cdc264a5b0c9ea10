using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Cli.Verifying;

/// <summary>Says what would be sent and what it could cost at most; sends nothing.</summary>
internal static class DryRun
{
    /// <summary>Prints the requests that are left to stdout, and what they cost to stderr.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="key">Never sent; taken out of what is printed.</param>
    /// <param name="words">What the user named.</param>
    /// <param name="plan">Makes the questions.</param>
    /// <param name="limits">Of the whole evidence.</param>
    /// <param name="recorded">The evidence that would be resumed; null for a new run.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public static async Task PrintAsync(
        EndpointOptions endpoint, ApiKey? key, InterviewWords words, Func<Capabilities, IReadOnlyList<Question>> plan, BudgetLimits limits, EvidenceLog? recorded, CancellationToken cancellationToken)
    {
        var paid = new RecordedExchanges(recorded?.Exchanges ?? []);
        // No call is allowed, so only what is recorded can answer: the probe goes as far as the evidence does.
        using var client = new EndpointClient(endpoint, key, new Budget(new BudgetLimits(MostCalls: 0)), TimeProvider.System, record: null, paid);
        var (capabilities, probeCalls) = await SeenAsync(client, words, cancellationToken);
        var left = plan(capabilities)
            .Select(question => question with { Provider = words.Provider })
            .Where(question => paid.Take(client.Plan(capabilities.Dialect.Request(question))) is null)
            .ToList();
        var budget = new Budget(limits);
        budget.Charge(recorded?.Exchanges ?? []);
        var spent = budget.Spent;
        var room = Math.Max(0, limits.MostCalls - spent.Calls);
        var (probe, questions) = (Math.Min(room, probeCalls), left.Take(Math.Max(0, room - probeCalls)).ToList());
        if (recorded is not null)
        {
            Say($"the evidence holds {spent.Calls} calls, {spent.Tokens} tokens{Dollars(spent.Usd)}; the limits count them.");
        }

        Say(probeCalls > 0
            ? $"at most {probe} calls find the dialect and the model; then, if it is {capabilities.Dialect.Name}:"
            : (FormattableString)$"the dialect is {capabilities.Dialect.Name}; left to send:");
        long prompt = 0, completion = 0;
        foreach (var question in questions)
        {
            var request = client.Plan(capabilities.Dialect.Request(question));
            Console.Out.WriteLine($"{request.Method} {request.Url} {request.Body}");
            var worst = Budget.WorstCase(request, question.NewTokens);
            prompt += worst.PromptTokens;
            completion += worst.CompletionTokens;
        }

        if (questions.Count < left.Count)
        {
            Say($"{left.Count - questions.Count} more questions are beyond the limit of {limits.MostCalls} calls.");
        }

        Say($"at most {questions.Count + probe} calls, {prompt + completion} tokens{Dollars(limits.Price?.Of(prompt, completion))} in the worst case (one token per byte sent). Nothing was sent.");
    }

    /// <summary>What the evidence says of the endpoint, and how many calls may still be needed to find it out.</summary>
    private static async Task<(Capabilities Capabilities, int Calls)> SeenAsync(EndpointClient client, InterviewWords words, CancellationToken cancellationToken)
    {
        try
        {
            return (await CapabilityProbe.AskAsync(client, words.Model, words.Dialect, words.Provider, cancellationToken), 0);
        }
        catch (BudgetException)
        {
            var dialect = words.Dialect ?? DialectCatalog.ForHost(client.Address) ?? new OpenAiCompletions();
            return (new Capabilities { Dialect = dialect, Model = words.Model, Logprobs = true, Alternatives = dialect.MostAlternatives }, CapabilityProbe.MostCalls);
        }
    }

    private static string Dollars(decimal? usd) => usd is { } known ? FormattableString.Invariant($", ${known:0.######}") : "";

    private static void Say(FormattableString text) => Console.Error.WriteLine("hspi: " + FormattableString.Invariant(text));
}
