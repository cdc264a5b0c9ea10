using Hspi.Backends.Endpoint;
using Hspi.Exchanges;
using Hspi.Interviews;

namespace Hspi.Cli.Verifying;

/// <summary>Prints what an interview would send to stdout, and what it could cost to stderr.</summary>
internal static class DryRunText
{
    /// <param name="run">What would be sent.</param>
    /// <param name="mostCalls">The limit of calls.</param>
    public static void Print(DryRun run, int mostCalls)
    {
        if (run.Recorded is { } spent)
        {
            Say($"the evidence holds {spent.Calls} calls, {spent.Tokens} tokens{Dollars(spent)}; the limits count them.");
        }

        if (run.DiscoveryCalls > 0)
        {
            Say($"at most {run.Worst.Calls - run.Requests.Count - run.Again} calls find the dialect and the model; if it is {run.Dialect}, these:");
            Print(run.Discovery);
            Say($"then the questions, with as many alternatives as the endpoint then grants, and without --model with the name that it lists first:");
        }
        else
        {
            Say($"the dialect is {run.Dialect}; left to send:");
        }

        Print(run.Requests);

        if (run.Again > 0)
        {
            Say($"{run.Again} of these are asked again before the claim is called wrong.");
        }

        if (run.OverLimit > 0)
        {
            Say($"{run.OverLimit} more questions are beyond the limit of {mostCalls} calls.");
        }

        Say($"at most {run.Worst.Calls} calls, {run.Worst.Tokens} tokens{Dollars(run.Worst)} in the worst case (one token per byte sent). Nothing was sent.");
    }

    private static void Print(IReadOnlyList<ExchangeRequest> requests)
    {
        foreach (var request in requests)
        {
            Terminal.Print($"{request.Method} {request.Url} {request.Body}");
        }
    }

    private static string Dollars(Spent spent) => spent.Usd is { } usd ? FormattableString.Invariant($", ${usd:0.######}") : "";

    private static void Say(FormattableString text) => Terminal.Say($"hspi: {FormattableString.Invariant(text)}");
}
